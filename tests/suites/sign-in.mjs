// Signs in as the demo's people. Run alone, it prints the officer's bearer token:
//   node sign-in.mjs http://127.0.0.1:8080
import { pathToFileURL } from 'node:url';

/** The one password of the demo's accounts, as the README gives it. */
export const PASSWORD = 'waymark-demo';

/** The bearer token of `officer`, `coordinator`, `provider`, `visitor` or `analyst`. */
export async function signIn(address, role) {
  const query = 'mutation ($input: SignInInput!) { signIn(input: $input) { token refusal { code message } } }';
  const input = { email: `${role}@demo.example`, password: PASSWORD, deviceName: 'outside suites' };
  const answer = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { input } }),
  });
  const { data, errors } = await answer.json();
  if (!data?.signIn?.token) throw new Error(`${role} could not sign in: ${JSON.stringify(errors ?? data)}`);
  return data.signIn.token;
}

/** The same for a browser: the cookie's name and value. */
export async function signInToBrowser(address, role) {
  const answer = await fetch(`${address}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-waymark-request': '1' },
    body: JSON.stringify({ email: `${role}@demo.example`, password: PASSWORD }),
  });
  const [cookie] = answer.headers.getSetCookie();
  if (!answer.ok || !cookie) throw new Error(`${role} could not sign in: ${answer.status} ${await answer.text()}`);
  return cookie.split(';')[0];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) console.log(await signIn(process.argv[2], 'officer'));
