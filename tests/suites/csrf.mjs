// A page of another site can send these seven requests without asking first (no preflight), and the browser adds the
// session cookie. None may execute anything: a type name in the answer shows that something ran.
//   node csrf.mjs http://127.0.0.1:8080/graphql
import { signInToBrowser } from './sign-in.mjs';

const url = process.argv[2];
const cookie = await signInToBrowser(new URL(url).origin, 'officer');
const mutation = 'mutation { __typename }';
const body = JSON.stringify({ query: mutation });
const foreign = { origin: 'https://other.example', 'sec-fetch-site': 'cross-site', cookie };

const get = (query) => fetch(`${url}?${new URLSearchParams({ query })}`, { headers: foreign });
const post = (body, type) =>
  fetch(url, { method: 'POST', headers: { ...foreign, ...(type && { 'content-type': type }) }, body });
const form = new FormData();
form.append('operations', body);
form.append('map', '{}');
const part = (name, text, ...headers) =>
  ['--X', `Content-Disposition: form-data; name="${name}"`, ...headers, '', text].join('\r\n');
const typedForm = [part('operations', body, 'Content-Type: application/json'), part('map', '{}'), '--X--', ''].join('\r\n');

const shapes = {
  'GET with a mutation': () => get(mutation),
  'GET with a query': () => get('{ __typename }'),
  'POST text/plain': () => post(body, 'text/plain'),
  'POST without a content type': () => post(new Blob([body])),
  'POST urlencoded': () => post(new URLSearchParams({ query: mutation })),
  'POST multipart': () => post(form),
  'POST multipart that mentions JSON': () => post(typedForm, 'multipart/form-data; boundary=X; charset=application/json'),
};
const ran = (text) => /"__typename"\s*:\s*"(Mutation|Query)"/.test(text);

// First the proof that the cookie is good, and that this mutation runs when our own page sends it.
const own = { 'content-type': 'application/json', 'x-waymark-request': '1', 'sec-fetch-site': 'same-origin', cookie };
const proper = await fetch(url, { method: 'POST', headers: own, body });
if (!ran(await proper.text())) throw new Error(`our own page's mutation was not executed: ${proper.status}`);

let refused = 0;
for (const [name, send] of Object.entries(shapes)) {
  const answer = await send();
  const shared = answer.headers.get('access-control-allow-origin');
  const executed = ran(await answer.text());
  if (!executed && !shared) refused += 1;
  console.log(executed ? 'EXECUTED' : 'refused ', answer.status, name, shared ? `shared with ${shared}` : '');
}
console.log(`${refused} of ${Object.keys(shapes).length}`);
process.exit(refused === Object.keys(shapes).length ? 0 : 1);
