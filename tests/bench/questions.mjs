// What all sides are asked, each in its own dialect: the same rows, the same order, fields of the same weight. The floor has no language: it is
// told a question's name.

/** So many days ago. */
const day = (back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);

/** Different askings of one question, so that no side answers from the last one. */
export const DRAWS = 30;

/** What is asked about: keys of rows, and days. `keys` are the ids of providers, of those where a partnership has pupils, of visits and of marks. */
export function draw({ providers, theirs, visits, marks }, number) {
  return {
    provider: providers[number % providers.length],
    theirs: theirs[number % theirs.length],
    visit: visits[number % visits.length],
    mark: marks[number % marks.length],
    date: day(1 + (number % 15)),
    on: day(30 + 9 * number),
    from: day(600 - 9 * number),
    to: day(510 - 9 * number),
  };
}

/**
 * Orders of marks in both dialects; Waymark puts the id last by itself, in the direction of the last ordering. The floor has a question for each,
 * and is told the mark itself.
 */
const ORDERS = {
  newest: {
    waymark: '[{ field: DATE, direction: DESC }]',
    postgraphile: '[DATE_DESC, ROW_ID_DESC]',
    floor: ['newest_marks', ({ mark, marked }) => ({ id: mark, date: marked })],
  },
  id: { waymark: '[{ field: ID }]', postgraphile: '[ROW_ID_ASC]', floor: ['marks_by_id', ({ mark }) => ({ id: mark })] },
};

/** The marks after a cursor in the middle of all. */
function deepPage(order) {
  return {
    waymark: [
      `query ($after: String!) {
        attendanceMarks(first: 100, after: $after, orderBy: ${ORDERS[order].waymark}) { edges { node { id date session code minutesLate } } }
      }`,
      ({ after }) => ({ after: after[order].waymark }),
    ],
    postgraphile: [
      `query ($after: Cursor!) {
        attendanceMarks(first: 100, after: $after, orderBy: ${ORDERS[order].postgraphile}) { nodes { rowId date session code minutesLate } }
      }`,
      ({ after }) => ({ after: after[order].postgraphile }),
    ],
    floor: ORDERS[order].floor,
  };
}

/** For each order, the list of one mark: its cursor is where the next page begins. */
export const MARK_CURSORS = Object.fromEntries(
  Object.entries(ORDERS).map(([name, { waymark, postgraphile }]) => [
    name,
    {
      waymark: [
        `query ($id: ID!) { list: attendanceMarks(first: 1, where: { id: { eq: $id } }, orderBy: ${waymark}) { pageInfo { endCursor } } }`,
        ({ mark }) => ({ id: `attendance_mark:${mark}` }),
      ],
      postgraphile: [
        `query ($id: UUID!) { list: attendanceMarks(first: 1, filter: { rowId: { equalTo: $id } }, orderBy: ${postgraphile}) { pageInfo { endCursor } } }`,
        ({ mark }) => ({ id: mark }),
      ],
    },
  ]),
);

/** Each question: its text and its variables on either side. Cursors of both sides are added to the draws by `graph.mjs`. */
export const QUESTIONS = {
  'placements with pupil, school, provider, documents': {
    waymark: [
      `query ($on: Date!) {
        placements(first: 50, where: { state: { eq: ACTIVE }, startsOn: { lte: $on } }, orderBy: [{ field: STARTS_ON, direction: DESC }]) {
          edges { node {
            id state startsOn rateBasis
            pupil { id givenName familyName yearGroup school { id name } }
            provider { id name kind documents(first: 20) { edges { node { id title state expiresOn } } } }
          } }
        }
      }`,
      ({ on }) => ({ on }),
    ],
    postgraphile: [
      `query ($on: Date!) {
        placements(first: 50, filter: { state: { equalTo: "active" }, startsOn: { lessThanOrEqualTo: $on } }, orderBy: [STARTS_ON_DESC, ROW_ID_DESC]) {
          nodes {
            rowId state startsOn rateBasis
            pupil { rowId givenName familyName yearGroup school { rowId name } }
            provider { rowId name kind documents(first: 20) { nodes { rowId title state expiresOn } } }
          }
        }
      }`,
      ({ on }) => ({ on }),
    ],
    floor: ['placements', ({ on }) => ({ on })],
  },
  'a provider, its visits, their findings and evidence': {
    waymark: [
      `query ($id: ID!) {
        node(id: $id) { ... on Provider {
          id name kind registered capacity telephone
          visits(first: 5, orderBy: [{ field: PLANNED_FOR, direction: DESC }]) { edges { node {
            id plannedFor purpose state summary
            findings(first: 50) { edges { node { id seen action settled standard { code title } rating { label } } } }
            evidence(first: 20) { edges { node { id kind caption capturedAt } } }
          } } }
        } }
      }`,
      ({ provider }) => ({ id: `provider:${provider}` }),
    ],
    postgraphile: [
      `query ($id: UUID!) {
        provider(rowId: $id) {
          rowId name kind registered capacity telephone
          visits(first: 5, orderBy: [PLANNED_FOR_DESC, ROW_ID_DESC]) { nodes {
            rowId plannedFor purpose state summary
            findings(first: 50) { nodes { rowId seen action settled standard { code title } rating { label } } }
            evidences(first: 20) { nodes { rowId kind caption capturedAt } }
          } }
        }
      }`,
      ({ provider }) => ({ id: provider }),
    ],
    floor: ['provider', ({ provider }) => ({ id: provider })],
  },
  'a visit, its judgements and evidence': {
    waymark: [
      `query ($id: ID!) {
        node(id: $id) { ... on Visit {
          id plannedFor purpose state reportState summary provider { id name }
          judgements(first: 100) { edges { node { id seen action revision standard { code title } rating { label } } } }
          evidence(first: 100) { edges { node { id kind caption capturedAt file { id sha256 byteSize } } } }
        } }
      }`,
      ({ visit }) => ({ id: `visit:${visit}` }),
    ],
    postgraphile: [
      `query ($id: UUID!) {
        visit(rowId: $id) {
          rowId plannedFor purpose state reportState summary provider { rowId name }
          judgements(first: 100) { nodes { rowId seen action revision standard { code title } rating { label } } }
          evidences(first: 100) { nodes { rowId kind caption capturedAt file { rowId sha256 byteSize } } }
        }
      }`,
      ({ visit }) => ({ id: visit }),
    ],
    floor: ['visit', ({ visit }) => ({ id: visit })],
  },
  '500 changes since a cursor, each with its row': {
    waymark: [
      `query ($after: String) {
        sync(after: $after, first: 500) {
          cursor isCaughtUp
          items { judgement { id visit standard account accountName rating seen action revision } }
        }
      }`,
      ({ since }) => ({ after: since.waymark }),
    ],
    postgraphile: [
      `query ($after: BigInt!) {
        changes(first: 500, filter: { position: { greaterThan: $after } }, orderBy: POSITION_ASC) {
          nodes { position judgement { rowId visitId standardId accountId account { name } ratingId seen action revision } }
        }
      }`,
      ({ since }) => ({ after: since.postgraphile }),
    ],
    floor: ['changes', ({ since }) => ({ after: Number(since.postgraphile) })],
  },
  '100 marks deep in the register, newest first': deepPage('newest'),
  '100 marks deep in the register, by id': deepPage('id'),
  'filters over pupil and provider, and how many': {
    waymark: [
      `query ($from: Date!, $to: Date!) {
        placements(first: 100, orderBy: [{ field: STARTS_ON }], where: {
          state: { eq: ACTIVE }, startsOn: { gte: $from, lte: $to },
          pupil: { senProvision: { eq: EHCP }, yearGroup: { gte: 9, lte: 11 } }, provider: { capacity: { gte: 20 } }
        }) { totalCount edges { node { id startsOn rateBasis pupil { id givenName familyName yearGroup } provider { id name capacity } } } }
      }`,
      ({ from, to }) => ({ from, to }),
    ],
    postgraphile: [
      `query ($from: Date!, $to: Date!) {
        placements(first: 100, orderBy: [STARTS_ON_ASC, ROW_ID_ASC], filter: {
          state: { equalTo: "active" }, startsOn: { greaterThanOrEqualTo: $from, lessThanOrEqualTo: $to },
          pupil: { senProvision: { equalTo: "ehcp" }, yearGroup: { greaterThanOrEqualTo: 9, lessThanOrEqualTo: 11 } }
          provider: { capacity: { greaterThanOrEqualTo: 20 } }
        }) { totalCount nodes { rowId startsOn rateBasis pupil { rowId givenName familyName yearGroup } provider { rowId name capacity } } }
      }`,
      ({ from, to }) => ({ from, to }),
    ],
  },
  "a provider's register of a day": {
    waymark: [
      `query ($id: ID!, $date: Date!) {
        node(id: $id) { ... on Provider {
          id name
          placements(first: 100, where: { state: { eq: ACTIVE } }, orderBy: [{ field: ID }]) { edges { node {
            id rateBasis pupil { id givenName familyName yearGroup }
            marks(first: 2, where: { date: { eq: $date } }, orderBy: [{ field: SESSION }]) { edges { node { id session code minutesLate } } }
          } } }
        } }
      }`,
      ({ provider, date }) => ({ id: `provider:${provider}`, date }),
    ],
    postgraphile: [
      `query ($id: UUID!, $date: Date!) {
        provider(rowId: $id) {
          rowId name
          placements(first: 100, filter: { state: { equalTo: "active" } }, orderBy: PRIMARY_KEY_ASC) { nodes {
            rowId rateBasis pupil { rowId givenName familyName yearGroup }
            attendanceMarks(first: 2, condition: { date: $date }, orderBy: SESSION_ASC) { nodes { rowId session code minutesLate } }
          } }
        }
      }`,
      ({ provider, date }) => ({ id: provider, date }),
    ],
    floor: ['register', ({ provider, date }) => ({ id: provider, date })],
  },
  'a dashboard of figures': {
    waymark: [
      `query {
        placementsAggregate(groupBy: [STATE]) { rows { key { value } count } }
        documentsAggregate(groupBy: [STATE]) { rows { key { value } count } }
        visitsAggregate(groupBy: [REPORT_STATE]) { rows { key { value } count } }
        findingsAggregate(groupBy: [RATING]) { rows { key { value } count } }
      }`,
      () => ({}),
    ],
    // It has no plain count of a group: the sum of what is 1 in each row is the cheapest that it has.
    postgraphile: [
      `query {
        placements { groupedAggregates(groupBy: [STATE]) { keys sum { version } } }
        documents { groupedAggregates(groupBy: [STATE]) { keys sum { version } } }
        visits { groupedAggregates(groupBy: [REPORT_STATE]) { keys sum { version } } }
        findings { groupedAggregates(groupBy: [RATING_ID]) { keys sum { version } } }
      }`,
      () => ({}),
    ],
  },
};

/** What a coordinator asks about the schools of a partnership, which are all that she sees; an officer who asks it sees the same rows. */
export const NARROW = {
  "a partnership's placements with pupil, school, provider, documents": [
    `query ($on: Date!, $schools: [ID!]!) {
      placements(
        first: 50, orderBy: [{ field: STARTS_ON, direction: DESC }], where: { state: { eq: ACTIVE }, startsOn: { lte: $on }, onRollSchool: { id: { in: $schools } } }
      ) {
        edges { node {
          id state startsOn rateBasis
          pupil { id givenName familyName yearGroup school { id name } }
          provider { id name kind documents(first: 20) { edges { node { id title state expiresOn } } } }
        } }
      }
    }`,
    ({ on, schools }) => ({ on, schools }),
  ],
  'a visit, its judgements and evidence': QUESTIONS['a visit, its judgements and evidence'].waymark,
  "a partnership's register of a day at a provider": [
    `query ($id: ID!, $date: Date!, $schools: [ID!]!) {
      node(id: $id) { ... on Provider {
        id name
        placements(first: 100, where: { state: { eq: ACTIVE }, onRollSchool: { id: { in: $schools } } }, orderBy: [{ field: ID }]) { edges { node {
          id rateBasis pupil { id givenName familyName yearGroup }
          marks(first: 2, where: { date: { eq: $date } }, orderBy: [{ field: SESSION }]) { edges { node { id session code minutesLate } } }
        } } }
      } }
    }`,
    ({ theirs, date, schools }) => ({ id: `provider:${theirs}`, date, schools }),
  ],
};

/** What has an answer of the same size in a village and in a nation. */
export const GROWTH = {
  "a provider's placements with pupil and school, and its documents": [
    `query ($id: ID!) {
      node(id: $id) { ... on Provider {
        id name kind documents(first: 10) { edges { node { id title state expiresOn } } }
        placements(first: 50, where: { state: { eq: ACTIVE } }, orderBy: [{ field: STARTS_ON, direction: DESC }]) { edges { node {
          id state startsOn rateBasis pupil { id givenName familyName yearGroup school { id name } }
        } } }
      } }
    }`,
    ({ provider }) => ({ id: `provider:${provider}` }),
  ],
  '100 marks deep in the register, newest first': deepPage('newest').waymark,
  '100 marks deep in the register, by id': deepPage('id').waymark,
};

/** Figures that a dashboard shows of all marks and placements. A sum beside them is kept nowhere: with it the rows are counted. */
export const FIGURES = (more) => [
  `query {
    attendanceMarksAggregate(groupBy: [CODE, DATE_MONTH]) { rows { key { value } count ${more && 'sum { minutesLate }'} } }
    placementsAggregate(groupBy: [STATE]) { rows { key { value } count ${more && 'sum { rate }'} } }
  }`,
  () => ({}),
];

/** A write: the row, and beside it change, audit and key. PostGraphile calls the function that `nation.sql` makes. */
export const WRITE = {
  waymark: [
    `mutation ($input: AddContactInput!) { addContact(input: $input) { contact { id name } refusal { code } } }`,
    ({ provider }, once) => ({
      input: { idempotencyKey: once, organisation: { providerId: `provider:${provider}` }, role: 'KEY_CONTACT', name: 'Robin Tester', telephone: '01632 960001' },
    }),
  ],
  postgraphile: [
    `mutation ($input: WriteContactInput!) { writeContact(input: $input) { result { rowId name } } }`,
    ({ provider, author }, once) => ({ input: { ofProvider: provider, called: 'Robin Tester', reachedBy: '01632 960001', once, author } }),
  ],
};

/** An answer without what sides need not have alike: where its pages end, and in which order groups of figures come. */
export const plain = (answer) =>
  JSON.parse(JSON.stringify(answer), (name, value) => {
    if (name === 'rows') return value.map((row) => JSON.stringify(row)).sort();
    return name === 'cursor' ? undefined : value;
  });

/** How many rows an answer holds, groups of figures included, and what it says of how many there are. */
export function rows(answer) {
  if (Array.isArray(answer)) return answer.reduce((total, one) => total + rows(one), 0);
  if (answer === null || typeof answer !== 'object') return 0;
  const isRow = ['id', 'rowId', 'key', 'keys'].some((name) => name in answer);
  const below = Object.values(answer).reduce((total, one) => total + rows(one), 0);
  return (isRow ? 1 : 0) + below + (answer.totalCount ?? 0);
}
