// The phone's core in a real browser: its stores keep the contract that every store keeps and lose nothing that they have
// acknowledged to a kill, and the worker does what the screens ask of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from './core/served.mjs';
import { device } from './device.mjs';
import { launch } from './support.mjs';

let browser, server;
before(async () => {
	[browser, server] = await Promise.all([launch(), serve()]);
});
after(async () => {
	await browser?.close();
	server?.stop();
});

async function open(context) {
	const page = await context.newPage();
	await page.goto(server.address);
	return page;
}

/** Has a worker of the page do something, and gives its answer. */
const act = (page, name) =>
	page.evaluate(
		(name) =>
			new Promise((resolve, reject) => {
				const worker = new Worker('/tests/worker.mjs', { type: 'module' });
				worker.onmessage = ({ data }) => ('error' in data ? reject(new Error(data.error)) : resolve(data.answer));
				worker.onerror = ({ message }) => reject(new Error(message));
				worker.postMessage({ act: name });
			}),
		name,
	);

for (const [what, name] of [['rows', 'holdRows'], ['media', 'holdMedia']]) {
	test(`the browser's ${what} keep the contract of every store`, { timeout: 180_000 }, async () => {
		const context = await browser.newContext();
		await act(await open(context), name);
		await context.close();
	});
}

/** Has a worker write on and on until it has acknowledged so many writes. */
async function written(page, from, count) {
	const acknowledged = { written: [], kept: [] };
	let enough;
	const reached = new Promise((resolve) => (enough = resolve));
	await page.exposeFunction('acknowledge', (data) => {
		if ('written' in data) acknowledged.written.push(data.written);
		if ('kept' in data) acknowledged.kept.push(data.kept);
		if ('error' in data || acknowledged.written.length >= count) enough(data.error);
	});
	await page.evaluate((from) => {
		const worker = new Worker('/tests/worker.mjs', { type: 'module' });
		worker.onmessage = ({ data }) => window.acknowledge(data);
		worker.postMessage({ act: 'write', from });
	}, from);
	assert.equal(await reached, undefined);
	return acknowledged;
}

/** Adds what was acknowledged, and fails where any of it is not there. */
function holds(all, { written, kept }, there) {
	all.written.push(...written);
	all.kept.push(...kept);
	assert.deepEqual(all.written.filter((number) => !there.written.includes(number)), [], 'rows that were acknowledged are there');
	assert.deepEqual(all.kept.filter((number) => !there.kept.includes(number)), [], 'media that were acknowledged are there');
}

test('what was acknowledged is there after a page was closed in mid write', { timeout: 180_000 }, async () => {
	const context = await browser.newContext();
	const all = { written: [], kept: [] };
	for (let round = 0; round < 3; round += 1) {
		const page = await open(context);
		const acknowledged = await written(page, round * 10_000, 5 + 4 * round);
		await page.close();
		const again = await open(context);
		holds(all, acknowledged, await act(again, 'look'));
		await again.close();
	}
	await context.close();
});

test('what was acknowledged is there after the browser was killed in mid write', { timeout: 180_000 }, async () => {
	const { start, remove } = await device();
	const all = { written: [], kept: [] };
	for (let round = 0; round < 3; round += 1) {
		const one = await start();
		const acknowledged = await written(await open(one.context), round * 10_000, 6 + 4 * round);
		await one.kill();
		const again = await start();
		holds(all, acknowledged, await act(await open(again.context), 'look'));
		await again.kill();
	}
	await remove();
});

/** Runs something with the app's own core. */
const withCore = (page, what) => page.evaluate(`(async () => { const { connect } = await import('/core/index.ts'); const core = await connect(); ${what} })()`);
/** The code that a verb is refused with. */
const code = (page, what) => withCore(page, `try { await ${what}; return 'done'; } catch (refusal) { return refusal.code; }`);

test('a device is opened, locked, unlocked by its PIN alone, and wiped', { timeout: 180_000 }, async () => {
	const context = await browser.newContext();
	const page = await open(context);
	const phase = () => withCore(page, 'return (await core.status()).phase;');
	assert.equal(await phase(), 'empty');
	assert.equal(await code(page, "core.unlock({ kind: 'pin', pin: '428517' })"), 'not_found');
	assert.equal(await code(page, 'core.visits()'), 'not_open');
	const seen = await withCore(page, "const seen = core.observe(0); await core.open({ kind: 'pin', pin: '428517' }); return seen;");
	assert.ok(seen > 0);
	assert.deepEqual(await withCore(page, 'return core.visits();'), []);
	assert.deepEqual(await withCore(page, 'return (await core.status()).session;'), { state: 'nobody' });
	await withCore(page, 'await core.setSettings({ photosOnWifiOnly: true, savesData: true });');
	assert.equal(await code(page, "core.answer('nothing', 'nothing', { seen: 3 })"), 'bad_input');
	assert.equal(await code(page, "core.statement('01900000-0000-7000-8000-000000000001')"), 'no_such_visit');
	assert.equal(await code(page, "core.signIn('visitor@demo.example', 'x', 'A phone')"), 'unreachable');
	assert.equal(await withCore(page, 'return String.fromCharCode(...(await core.exportUnsent()).slice(0, 2));'), 'PK');
	await withCore(page, 'await core.lock();');
	assert.equal(await phase(), 'locked');
	assert.equal(await code(page, "core.unlock({ kind: 'pin', pin: '428518' })"), 'wrong_secret');
	await page.close();

	const again = await open(context);
	assert.equal(await withCore(again, 'return (await core.status()).phase;'), 'locked');
	await withCore(again, "await core.unlock({ kind: 'pin', pin: '428517' });");
	const { choices, longestEdge } = await withCore(again, 'return core.settings();');
	assert.deepEqual([choices, longestEdge], [{ photosOnWifiOnly: true, savesData: true }, 1280]);
	await withCore(again, 'await core.wipe();');
	assert.equal(await withCore(again, 'return (await core.status()).phase;'), 'empty');
	await context.close();
});

test('a second tab is told that the first one has the device', { timeout: 180_000 }, async () => {
	const context = await browser.newContext();
	const [one, other] = [await open(context), await open(context)];
	await withCore(one, 'return core.status();');
	const connecting = "(async () => { const { connect } = await import('/core/index.ts'); return connect().then(() => 'connected', ({ code }) => code); })()";
	assert.equal(await other.evaluate(connecting), 'another_tab');
	await one.close();
	assert.equal(await other.evaluate(connecting), 'connected');
	await context.close();
});
