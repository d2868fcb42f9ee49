// Journeys: each stands on its own, in a window of its own, at a desk and on a phone.
import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { ask, launch, open, signIn } from './support.mjs';

let browser;
const sessions = new Map();
after(() => browser?.close());

/** A window, signed in where a role is named. A role signs in by the form once; its later windows have that session. */
export async function enter(role, size = 'desktop', options = {}) {
	browser ??= await launch();
	const window = await open(browser, size, { ...options, storageState: sessions.get(role) });
	if (role && !sessions.has(role)) {
		await signIn(window.page, role);
		sessions.set(role, await window.context.storageState());
	}
	return window;
}

/**
 * A journey in windows of the sizes given. Whatever it needs it makes or looks up by itself, so it can be run alone, in
 * any order and more than once. Nothing on its pages may go wrong unseen.
 */
export function journey(name, role, walk, sizes = ['desktop', 'phone']) {
	for (const size of sizes) {
		it(`${role ?? 'nobody'} ${name} (${size})`, async () => {
			const { page, context, faults } = await enter(role, size);
			try {
				await walk({ page, context, size });
				assert.deepEqual(faults, []);
			} finally {
				await context.close();
			}
		});
	}
}

/** Does something in a role beside the journey's own, in a window that nobody looks at. */
export async function as(role, work) {
	const { page, context } = await enter(role);
	try {
		return await work(page);
	} finally {
		await context.close();
	}
}

/** Asks for a change and gives its payload, or fails with the refusal. */
export async function change(page, mutation, input, fields) {
	const type = `${mutation[0].toUpperCase()}${mutation.slice(1)}Input`;
	const query = `mutation($input: ${type}!) { ${mutation}(input: $input) { ${fields} refusal { code message } } }`;
	const { data, errors } = await ask(page, query, { input: { ...input, idempotencyKey: crypto.randomUUID() } });
	assert.equal(errors, undefined, mutation);
	assert.equal(data[mutation].refusal, null, JSON.stringify(data[mutation].refusal));
	return data[mutation];
}

/** Asks and gives the data. */
export async function answer(page, query, variables) {
	const { data, errors } = await ask(page, query, variables);
	assert.equal(errors, undefined, query);
	return data;
}

/** A day, some days from another, or from today. */
export const day = (days, from = new Date()) => new Date(new Date(from).getTime() + days * 86_400_000).toISOString().slice(0, 10);

/** The demonstration's own provider. */
export const OWN = '{ providers(first: 1) { edges { node { id name } } } }';
export const ownProvider = async (page) => (await answer(page, OWN)).providers.edges[0].node;
