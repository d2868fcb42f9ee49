// A page of another site can send these seven requests without asking first (no preflight), and the browser would add
// the session cookie. None may execute anything. A mutation's type name in the answer shows that it ran.
//   TOKEN=... node csrf.mjs http://127.0.0.1:8080/graphql
const url = process.argv[2];
const mutation = 'mutation { __typename }';
const body = JSON.stringify({ query: mutation });
const foreign = { origin: 'https://other.example', 'sec-fetch-site': 'cross-site', cookie: 'session=x; __Host-session=x' };

const get = (query) => fetch(`${url}?${new URLSearchParams({ query })}`, { headers: foreign });
const post = (body, type) => fetch(url, { method: 'POST', headers: { ...foreign, ...(type && { 'content-type': type }) }, body });
const form = () => {
  const form = new FormData();
  form.append('operations', body);
  form.append('map', '{}');
  return form;
};
const typedPart = ['--X', 'Content-Disposition: form-data; name="operations"', 'Content-Type: application/json', '', body]
  .concat(['--X', 'Content-Disposition: form-data; name="map"', '', '{}', '--X--', '']).join('\r\n');

const shapes = {
  'GET with a mutation': () => get(mutation),
  'GET with a query': () => get('{ __typename }'),
  'POST text/plain': () => post(body, 'text/plain'),
  'POST without a content type': () => post(new Blob([body])),
  'POST urlencoded': () => post(new URLSearchParams({ query: mutation })),
  'POST multipart': () => post(form()),
  'POST multipart that mentions JSON': () => post(typedPart, 'multipart/form-data; boundary=X; charset=application/json'),
};
const ran = (text) => /"__typename"\s*:\s*"(Mutation|Query)"/.test(text);

// First the proof that this server executes a mutation at all, when it is asked as it should be.
const headers = { 'content-type': 'application/json', authorization: `Bearer ${process.env.TOKEN}` };
const proper = await fetch(url, { method: 'POST', headers, body });
if (!ran(await proper.text())) throw new Error(`a proper mutation was not executed: ${proper.status}`);

let refused = 0;
for (const [name, send] of Object.entries(shapes)) {
  const answer = await send();
  const shared = answer.headers.get('access-control-allow-origin');
  const bad = ran(await answer.text()) || shared;
  if (!bad) refused += 1;
  console.log(bad ? 'EXECUTED' : 'refused', answer.status, name, shared ?? '');
}
console.log(`${refused} of ${Object.keys(shapes).length}`);
process.exit(refused === Object.keys(shapes).length ? 0 : 1);
