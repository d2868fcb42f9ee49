// GraphQL over HTTP: the audits of the specification's reference implementation, signed in with a bearer token.
// Every one must be ok; a SHOULD or a MAY that is not met counts as a miss too.
//   TOKEN=... node audit.mjs http://127.0.0.1:8080/graphql
import { auditServer } from 'graphql-http';

const url = process.argv[2];
const authorization = `Bearer ${process.env.TOKEN}`;
const fetchFn = (input, init = {}) => {
  const headers = new Headers(init.headers);
  headers.set('authorization', authorization);
  return fetch(input, { ...init, headers });
};

const results = await auditServer({ url, fetchFn });
const missed = results.filter((result) => result.status !== 'ok');
for (const { status, id, name, reason } of missed) console.log(status, id, name, '|', reason);
console.log(`${results.length - missed.length} of ${results.length}`);
process.exit(missed.length ? 1 : 0);
