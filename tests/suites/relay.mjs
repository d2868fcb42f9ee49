// Relay's connections: every window of a list, forwards and backwards, from the start and from every cursor, is the slice
// that it should be, and says truly what lies before and after it. Root lists, nested lists, orderings with ties and nulls.
//   TOKEN=... node relay.mjs http://127.0.0.1:8080/graphql
import { isDeepStrictEqual } from 'node:util';

const url = process.argv[2];
const headers = { 'content-type': 'application/json', authorization: `Bearer ${process.env.TOKEN}` };
const WINDOW = `edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`;
/** Rows of each list: few enough for every window, enough for every edge of one. */
const ROWS = 12;

async function ask(query, variables = {}) {
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  return answer.json();
}

async function data(query, variables) {
  const { data, errors } = await ask(query, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

const ids = async (field) => (await data(`{ c: ${field}(first: ${ROWS}) { edges { node { id } } } }`)).c.edges.map(({ node }) => node.id);
const nullsAndTies = 'orderBy: [{ field: URN, direction: DESC }, { field: KIND }]';
const providers = await ids('providers');
const [busy] = (await data('{ providers(first: 1, where: { documents: { some: { state: { eq: ACCEPTED } } } }) { edges { node { id } } } }')).providers.edges;

/** Each list: how to ask for it within a query that has the four paging variables, and what else it takes. */
const PAGING = 'first: $first, after: $after, last: $last, before: $before';
const lists = {
  'the default order': { body: `c: partnerships(${PAGING}) { ${WINDOW} }` },
  'ties and nulls': {
    body: `c: providers(${PAGING}, where: { id: { in: $ids } }, ${nullsAndTies}) { ${WINDOW} }`,
    declare: ', $ids: [ID!]',
    variables: { ids: providers },
  },
  'below a node': {
    body: `node(id: $id) { ... on Provider { c: documents(${PAGING}, orderBy: [{ field: EXPIRES_ON, direction: DESC }]) { ${WINDOW} } } }`,
    declare: ', $id: ID!',
    variables: { id: busy.node.id },
  },
};

let held = 0;
const wrong = [];
/** A window counts as one check, whatever is compared of it. */
function check(name, pairs) {
  const bad = pairs.filter(([got, wanted]) => !isDeepStrictEqual(got, wanted));
  if (bad.length === 0) held += 1;
  else wrong.push(`${name}: ${JSON.stringify(bad[0])}`);
}

for (const [name, { body, declare = '', variables = {} }] of Object.entries(lists)) {
  const query = `query ($first: Int, $after: String, $last: Int, $before: String${declare}) { ${body} }`;
  const page = async (window) => {
    const answer = await ask(query, { ...variables, ...window });
    return answer.data?.node?.c ?? answer.data?.c ?? answer;
  };
  const all = (await page({ first: 100 })).edges;
  const order = all.map(({ node }) => node.id);
  check(`${name}: rows and cursors`, [[new Set(all.map(({ cursor }) => cursor)).size, order.length], [order.length > 3, true]]);
  const compare = (window, found, from, to) =>
    check(`${name} ${JSON.stringify(window)}`, [
      [found.edges?.map(({ node }) => node.id), order.slice(from, to)],
      [found.edges?.map(({ cursor }) => cursor), all.slice(from, to).map(({ cursor }) => cursor)],
      [found.pageInfo?.startCursor, all[from]?.cursor ?? null],
      [found.pageInfo?.endCursor, all[to - 1]?.cursor ?? null],
      'first' in window
        ? [found.pageInfo?.hasNextPage, to < order.length]
        : [found.pageInfo?.hasPreviousPage, from > 0],
    ]);
  for (let size = 1; size <= order.length + 1; size += 1) {
    for (let at = 0; at < order.length; at += 1) {
      const forwards = { first: size, ...(at > 0 && { after: all[at - 1].cursor }) };
      compare(forwards, await page(forwards), at, Math.min(at + size, order.length));
      const end = order.length - at;
      const backwards = { last: size, ...(at > 0 && { before: all[end].cursor }) };
      compare(backwards, await page(backwards), Math.max(end - size, 0), end);
    }
  }
  for (const window of [{ first: -1 }, { last: -1 }, { first: 101 }, { first: 1, last: 1 }, { first: 1, after: 'garbage' }, { first: 2147483647 }]) {
    check(`${name} refuses ${JSON.stringify(window)}`, [[Boolean((await page(window)).errors), true]]);
  }
  for (const id of order) {
    check(`node(${id})`, [[(await data('query ($id: ID!) { node(id: $id) { id } }', { id })).node?.id, id]]);
  }
}
for (const id of ['nope', 'provider:0', 'provider:00000000-0000-7000-8000-000000000000', '']) {
  check(`node(${id})`, [[await ask('query ($id: ID!) { node(id: $id) { id } }', { id }), { data: { node: null } }]]);
}

for (const line of wrong.slice(0, 8)) console.log('wrong', line);
console.log(`${held} of ${held + wrong.length}`);
process.exit(wrong.length === 0 ? 0 : 1);
