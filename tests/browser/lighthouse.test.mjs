// What Lighthouse says of the field app on a phone: when it is opened for the first time, when it is opened again from what the
// phone keeps, and of the visits behind the PIN. How fast it is depends on the machine and is told; the rest is held to.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import lighthouse, { snapshot } from 'lighthouse';
import { connect } from 'puppeteer-core';
import { device } from './device.mjs';
import { Phone } from './phone.mjs';
import { ADDRESS } from './support.mjs';

/** What is asked for, and the least that is good enough, of 100. */
const HELD = { accessibility: 100, 'best-practices': 95 };
const NAMES = { performance: 'performance', accessibility: 'accessibility', 'best-practices': 'best practices' };

/** Tells what was found, and fails where it is too little. */
function hold(what, { lhr }) {
	assert.equal(lhr.runtimeError, undefined, what);
	const { categories, audits } = lhr;
	const scores = Object.values(categories).map(({ id, score }) => `${NAMES[id]} ${Math.round(score * 100)}`);
	const times = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time'].flatMap((id) => audits[id]?.displayValue ? [`${audits[id].title.toLowerCase()} ${audits[id].displayValue}`] : []);
	console.error(`Lighthouse, ${what}: ${[...scores, ...times].join(', ')}`);
	for (const [id, least] of Object.entries(HELD)) {
		const lost = categories[id].auditRefs.filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 1).map(({ id }) => audits[id].title);
		assert.ok(categories[id].score * 100 >= least, `${what}, ${NAMES[id]}: ${lost.join('; ')}`);
	}
}

describe('Lighthouse', () => {
	let own, running;
	before(async () => {
		own = await device();
		running = await own.start();
	});
	after(async () => {
		await running?.kill();
		await own?.remove();
	});

	const load = (keeps) =>
		lighthouse(`${ADDRESS}/field`, { port: Number(new URL(running.address).port), logLevel: 'silent', onlyCategories: Object.keys(NAMES), disableStorageReset: keeps });

	it('a phone that opens the app for the first time', async () => {
		hold('first load', await load(false));
	});

	it('the visits, signed in, and the app that is opened again', async () => {
		const phone = new Phone(running.context, ADDRESS);
		await phone.open();
		await phone.setUp('visitor@demo.example', 'A phone that is measured');
		await phone.page.evaluate(() => navigator.serviceWorker.ready);
		const seen = await connect({ browserWSEndpoint: running.address, defaultViewport: null });
		const page = (await seen.pages()).find((page) => page.url() === `${ADDRESS}/field`);
		hold('the visits', await snapshot(page, { flags: { logLevel: 'silent', onlyCategories: Object.keys(HELD), screenEmulation: { disabled: true } } }));
		await seen.disconnect();
		await phone.page.close();
		hold('signed in, opened again', await load(true));
	});
});
