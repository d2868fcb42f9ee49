// The office at its desk, while somebody is out on a visit: asks the graph, without a window.
import assert from 'node:assert/strict';
import { request } from 'playwright-core';
import { ADDRESS, PASSWORD } from './support.mjs';

/** Somebody of the demo, signed in; gives what asks the graph, what changes it, and what fetches a link's bytes. */
export async function office(role) {
	const context = await request.newContext({ extraHTTPHeaders: { 'x-waymark-request': 'test' } });
	const signedIn = await context.post(`${ADDRESS}/session`, { data: { email: `${role}@demo.example`, password: PASSWORD } });
	assert.ok(signedIn.ok(), `${role} is not signed in: ${await signedIn.text()}`);
	const ask = async (query, variables = {}) => {
		const { data, errors } = await (await context.post(`${ADDRESS}/graphql`, { data: { query, variables } })).json();
		assert.equal(errors, undefined, `${query}: ${JSON.stringify(errors)}`);
		return data;
	};
	const change = async (mutation, input, fields) => {
		const type = `${mutation[0].toUpperCase()}${mutation.slice(1)}Input`;
		const query = `mutation($input: ${type}!) { ${mutation}(input: $input) { ${fields} refusal { code message } } }`;
		const { [mutation]: payload } = await ask(query, { input: { ...input, idempotencyKey: crypto.randomUUID() } });
		assert.equal(payload.refusal, null, JSON.stringify(payload.refusal));
		return payload;
	};
	const fetched = async (link) => {
		const answer = await context.get(new URL(link, ADDRESS).href);
		assert.ok(answer.ok(), `${link}: ${answer.status()}`);
		return answer.body();
	};
	return { ask, change, fetched, close: () => context.dispose() };
}
