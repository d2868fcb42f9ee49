// A whole visit, from the day it is planned to the day the phone is lost: a phone with the real core, the real server, and
// between them a line that is slow, drops, or is not there. Nothing that was kept may be missing at the end, to the byte.
//   WAYMARK_PHOTOS=30 takes another number of photographs than 12.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { device } from './device.mjs';
import { CAMERA, looked as measured } from './field-app.mjs';
import { day } from './journey.mjs';
import { lineTo } from './line.mjs';
import { office } from './office.mjs';
import { Phone } from './phone.mjs';
import { photographs } from './photographs.mjs';
import { ADDRESS, fit, pdf } from './support.mjs';

/** How many photographs prove something, and how many of them the camera takes. The rest are files. */
const [PHOTOS, TAKEN] = [Number(process.env.WAYMARK_PHOTOS ?? 12), 5];
const FILES = PHOTOS - TAKEN;
/** How many large files are chosen at once: more than are kept, as people do. */
const CHOSEN = Math.max(20, FILES);
/** What a picture of 3000 by 4000 pixels becomes, cut to a square: the longest edge by the size that is chosen. */
const SIZES = { 'Full size': 3000, '2048 pixels': 2048, 'Low data': 1280 };
/** What a pupil said, with no more of the pupil than a report needs (S276). */
const VOICE = 'Walked through the workshop for twenty minutes. A.B. (Y10): “I know what I do next.”';

const figures = [];
const figure = (what, value) => figures.push(`${what}: ${value}`);

/** Screens that were held to WCAG by axe, and to the window's width. */
let looked = 0;
async function look(page, what) {
	await fit(page, what);
	looked += 1;
}

/** A step of the visit. Each stands on the one before: after one that failed nothing is tried. */
let hasFailed = false;
function step(name, walk) {
	it(name, async (test) => {
		if (hasFailed) return test.skip('a step before it failed');
		hasFailed = true;
		await walk();
		hasFailed = false;
	});
}

/** After a failure: what the person would have before them. */
const told = async (page) => (await page?.locator('body').innerText({ timeout: 2_000 }).catch(() => 'nothing'))?.slice(0, 1500);

describe('a visit, start to finish', () => {
	let own, running, line, phone, second, desk, visitor, visit, unplanned, codes, paths, removePhotographs;
	const name = () => `The van’s phone, ${visit.slice(-6)}`;
	const byHash = () => [...new Map(phone.handedOver.map(({ sha256, size }) => [sha256, size]))].sort();

	before(async () => {
		[line, desk, visitor, own] = await Promise.all([lineTo(ADDRESS), office('coordinator'), office('visitor'), device(CAMERA)]);
		running = await own.start();
		phone = new Phone(running.context, line.address);
	});
	after(async () => {
		if (hasFailed) console.error(await told(phone?.page), phone?.faults, await told(second?.page));
		await running?.kill();
		await Promise.all([own?.remove(), desk?.close(), visitor?.close()]);
		removePhotographs?.();
		line?.end();
		figure('axe', `${looked} screens without a violation`);
		console.error(figures.join('\n'));
	});

	step('is planned by the office, for two visitors', async () => {
		const [{ viewer: one }, { viewer: other }] = await Promise.all([visitor.ask('{ viewer { id } }'), desk.ask('{ viewer { id } }')]);
		const { frameworks, providers } = await desk.ask(
			`{ frameworks(first: 1, where: { code: { eq: "derby" } }) { edges { node { versions(first: 1) { edges { node { id standards(first: 100) { edges { node { code } } } } } } } } }
			providers(first: 1) { edges { node { id } } } }`,
		);
		const { node: derby } = frameworks.edges[0].node.versions.edges[0];
		codes = derby.standards.edges.map(({ node }) => node.code);
		assert.equal(codes.length, 32);
		const input = {
			providerId: providers.edges[0].node.id, frameworkVersionId: derby.id, purpose: 'Termly visit, on a phone', plannedFor: day(0),
			visitors: [{ accountId: one.id, lead: true }, { accountId: other.id, lead: false }],
		};
		visit = (await desk.change('planVisit', input, 'visit { id }')).visit.id.split(':')[1];
	});

	step('finds an app that can be installed, and signs in under a name for the phone', async () => {
		await phone.open();
		const { page, cdp } = phone;
		await page.getByRole('heading', { level: 1, name: 'Set up this phone' }).waitFor();
		const load = await page.evaluate(() => ({
			until: performance.now(),
			scripts: performance.getEntriesByType('resource').filter(({ name }) => /\.js$/.test(name)).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
		}));
		figure('first load', `${Math.round(load.until)} ms until the first screen, ${(load.scripts / 1000).toFixed(1)} kB of compressed script`);
		assert.ok(load.scripts < 150_000, 'the first load is larger than its bound');
		const { errors, data } = await cdp.send('Page.getAppManifest');
		assert.deepEqual(errors, []);
		const { display, start_url: start, icons } = JSON.parse(data);
		assert.deepEqual([display, start, icons.some(({ sizes }) => sizes === '512x512')], ['standalone', '/field', true]);
		assert.deepEqual((await cdp.send('Page.getInstallabilityErrors')).installabilityErrors, []);
		await look(page, 'a new phone');
		await phone.setUp('visitor@demo.example', name());
		await page.locator(`a[href="/field/${visit}"]`).waitFor();
		await look(page, 'the visits');
		await page.evaluate(() => navigator.serviceWorker.ready);
	});

	step('opens without a line, from the phone alone', async () => {
		line.cut();
		await phone.hasLine(false);
		await phone.reload();
		await phone.page.getByRole('heading', { level: 1, name: 'Unlock your visits' }).waitFor();
		figure('load without a line', `${Math.round(await phone.page.evaluate(() => performance.now()))} ms until the first screen`);
		await phone.unlock();
		await phone.page.locator(`a[href="/field/${visit}"]`).click();
		await phone.page.getByText('No signal ·').waitFor();
		await look(phone.page, 'a visit');
		await phone.page.getByRole('link', { name: 'Open the checklist', exact: true }).click();
		await phone.page.getByText('Answered in full: 0 of 32').waitFor();
		await look(phone.page, 'the checklist');
		await phone.page.getByRole('link', { name: 'Begin: 1a' }).click();
	});

	step('keeps every answer of the first sections through a reload', async () => {
		for (const code of codes.slice(0, 4)) {
			await phone.answer(code);
			await phone.onTo(codes[codes.indexOf(code) + 1]);
		}
		await phone.at('1e');
		await phone.reload();
		await phone.unlock();
		await phone.at('1e');
	});

	step('takes photographs with the camera, several in a row', async () => {
		await phone.answer('1e');
		await phone.page.getByRole('link', { name: 'Add photos or pages' }).click();
		await phone.page.getByRole('button', { name: 'Open the camera' }).click();
		for (let shot = 1; shot <= TAKEN; shot += 1) {
			// What the camera sees moves on between two shots: a picture that is there already is not kept twice.
			const last = await phone.page.evaluate(() => document.querySelector('video')?.currentTime ?? 0);
			await phone.page.waitForFunction((seconds) => document.querySelector('video')?.currentTime > seconds + 0.1, last);
			await phone.page.getByRole('button', { name: 'Take the photo' }).click();
			await phone.page.getByLabel(/^What it shows/).fill(`The entrance, ${shot}`);
			await phone.page.getByRole('button', { name: 'Keep', exact: true }).click();
			await phone.kept(shot);
		}
		assert.equal(byHash().length, TAKEN, 'the camera gave the same picture twice');
		await look(phone.page, 'the camera');
	});

	step('is there again after its tab was killed', async () => {
		const crashed = phone.page.waitForEvent('crash');
		phone.cdp.send('Page.crash').catch(() => undefined);
		await crashed;
		await phone.page.close();
		await phone.open(`/field/${visit}/evidence`);
		await phone.unlock();
		await phone.page.locator('li.card').nth(TAKEN - 1).waitFor();
		assert.equal(await phone.page.locator('li.card').count(), TAKEN);
		await phone.beginAgain(visit);
		await phone.to('1f');
	});

	step('does not freeze while twenty large photographs are added, and is there again after the browser was killed among them', async () => {
		for (const code of codes.slice(codes.indexOf('1f'), codes.indexOf('2g'))) {
			await phone.answer(code);
			await phone.onTo(codes[codes.indexOf(code) + 1]);
		}
		await phone.answer('2g');
		[paths, removePhotographs] = await photographs(phone.page, FILES);
		const chosen = Array.from({ length: CHOSEN }, (_, place) => paths[Math.min(place, FILES - 1)]);
		await phone.page.getByRole('link', { name: 'Add photos or pages' }).click();
		await phone.page.evaluate(() => {
			globalThis.tasks = [];
			new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
		});
		await phone.choose(chosen);
		await phone.page.getByRole('button', { name: `Keep all ${CHOSEN}` }).waitFor({ timeout: 240_000 });
		const tasks = await phone.page.evaluate(() => globalThis.tasks);
		// A browser tells of tasks from 50 ms on.
		const blocked = tasks.reduce((sum, task) => sum + task - 50, 0);
		const held = tasks.length === 0 ? 'no task of 50 ms or more' : `longest task ${Math.round(Math.max(...tasks))} ms, ${Math.round(blocked)} ms of blocking in all`;
		figure(`${CHOSEN} photographs of 12 megapixels added, on the screen’s thread`, held);
		for (let over = CHOSEN; over > FILES; over -= 1) await phone.page.getByRole('button', { name: 'Leave it out' }).last().click();
		await phone.page.getByRole('button', { name: `Keep all ${FILES}` }).click();
		await phone.page.getByText(/^([3-9]|\d\d) pictures are kept/).waitFor();
		await running.kill();

		const { handedOver, faults } = phone;
		running = await own.start();
		phone = Object.assign(new Phone(running.context, line.address), { handedOver, faults });
		await phone.hasLine(false);
		await phone.open(`/field/${visit}/capture?standard=`);
		await phone.unlock();
		await phone.beginAgain(visit);
		await phone.to('2g');
		assert.ok(await phone.page.getByLabel('Fully met').isChecked());
		const there = await phone.page.locator('li.card').count();
		assert.ok(there >= 3, `${there} of the pictures are there`);
		// The same file becomes the same picture, which is not kept twice.
		await phone.page.getByRole('link', { name: 'Add photos or pages' }).click();
		await phone.choose(paths);
		await phone.page.getByRole('button', { name: `Keep all ${FILES}` }).click({ timeout: 120_000 });
		await phone.kept(FILES);
		await phone.page.getByRole('link', { name: 'Back to 2g' }).click();
		await phone.page.locator('li.card').nth(FILES - 1).waitFor();
		assert.equal(await phone.page.locator('li.card').count(), FILES);
	});

	step('says that the phone is full, and loses nothing', async () => {
		await phone.page.getByRole('link', { name: '2f', exact: false }).first().click();
		await phone.at('2f');
		await phone.page.getByRole('link', { name: 'Add photos or pages' }).click();
		await phone.page.getByLabel('Choose files').setInputFiles(pdf('Public liability'));
		const { usage } = await phone.page.evaluate(() => navigator.storage.estimate());
		await phone.cdp.send('Storage.overrideQuotaForOrigin', { origin: line.address, quotaSize: usage });
		await phone.page.getByRole('button', { name: 'Keep', exact: true }).click();
		await phone.page.getByText('There is no room left on this phone.').waitFor();
		await look(phone.page, 'a full phone');
		await phone.cdp.send('Storage.overrideQuotaForOrigin', { origin: line.address });
		await phone.page.getByRole('button', { name: 'Keep', exact: true }).click();
		await phone.kept(1);
		await phone.page.getByRole('link', { name: 'Back to 2f' }).click();
	});

	step('makes one document of several pages, and answers the rest', async () => {
		await phone.toChecklist();
		await phone.to('1b');
		await phone.page.getByRole('link', { name: /^Add/ }).click();
		await phone.choose(paths.slice(0, 2));
		await phone.page.getByText('Make one document of 2 pages').click();
		await phone.page.getByLabel(/^What the document is/).fill('Safeguarding policy');
		await phone.page.getByRole('button', { name: 'Keep as one document' }).click();
		await phone.kept(1);
		await phone.page.getByRole('link', { name: 'Back to 1b' }).click();
		await phone.toChecklist();
		await phone.to('3a');
		for (const code of codes.slice(codes.indexOf('3a'))) {
			await phone.answer(code);
			if (code !== codes.at(-1)) await phone.onTo(codes[codes.indexOf(code) + 1]);
		}
		await phone.toChecklist();
		// What a photograph would show and could not today.
		await phone.to('2b');
		await phone.page.getByLabel(/^If something cannot be had/).fill('A group was in the room all day.');
		await phone.toChecklist();
		await phone.page.getByText('Answered in full: 32 of 32').waitFor();
	});

	step('sizes pictures by choice, and crops them', async () => {
		const { page } = phone;
		await phone.to('2d');
		await page.getByRole('link', { name: 'Add photos or pages' }).click();
		for (const [place, size] of Object.keys(SIZES).entries()) {
			await phone.choose([paths[place]]);
			await page.getByLabel(/^What it shows/).fill(size);
			await page.getByRole('button', { name: 'Hide or crop' }).click();
			await page.getByText('Crop', { exact: true }).click();
			await page.getByLabel('Cut from the top').fill('0.25');
			await page.getByRole('button', { name: 'Done' }).click();
			await page.getByText('cropped, as it will be kept.').waitFor();
			await page.getByText(/^Size:/).click();
			await page.getByLabel(size, { exact: true }).check();
			await page.getByRole('button', { name: 'Keep', exact: true }).click();
			await phone.kept(place + 1);
		}
		await page.getByRole('link', { name: 'Back to 2d' }).click();
		await phone.toChecklist();
	});

	step('writes down a walk through the lessons and what a pupil says, and takes no picture of it', async () => {
		const { page } = phone;
		await phone.to('4c');
		await page.getByText('Nothing is photographed here: what you write is the evidence.').waitFor();
		await page.getByLabel(/^What was seen/).fill(VOICE);
		await phone.isKept();
		await phone.toChecklist();
	});

	step('says who does what by when', async () => {
		const { page } = phone;
		await phone.to('3a');
		await phone.answer('3a', 'Partly met');
		await page.getByLabel(/^Action or recommendation/).fill('Write down how a pupil is admitted.');
		await page.getByLabel(/^Who does it/).fill('Head of centre');
		await page.getByLabel(/^By when/).fill(day(14));
		await phone.isKept();
	});

	step('begins a visit that nobody planned, without a line', async () => {
		const { page } = phone;
		await page.getByRole('link', { name: 'Waymark' }).click();
		await page.getByRole('link', { name: 'Start an unplanned visit' }).click();
		await page.getByLabel('Provider').selectOption({ index: 1 });
		await page.getByLabel('Checklist').selectOption(await page.locator('option', { hasText: 'Derby' }).getAttribute('value'));
		await look(page, 'an unplanned visit');
		await page.getByRole('button', { name: 'Start the visit' }).click();
		await page.getByText('Answered in full: 0 of 32').waitFor();
		unplanned = new URL(page.url()).pathname.split('/')[2];
		await page.getByRole('link', { name: 'Begin: 1a' }).click();
		await phone.answer('1a');
		await phone.isKept();
	});

	step('is answered by a second visitor too, on another phone', async () => {
		const context = await running.browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/London' });
		second = new Phone(context, ADDRESS);
		await second.open();
		await second.setUp('coordinator@demo.example', 'The second phone');
		await second.page.getByRole('button', { name: 'Look for changes' }).click();
		await second.page.locator(`a[href="/field/${visit}"]`).click();
		await second.page.getByRole('link', { name: 'Open the checklist', exact: true }).click();
		await second.to('1a');
		await second.answer('1a', 'Partly met');
		await second.page.getByText('On the server', { exact: true }).waitFor();
		assert.deepEqual(second.faults, []);
		await context.close();
	});

	step('sends everything over a slow line that drops, signs, and is safe by the server’s receipt alone', async () => {
		const { page } = phone;
		line.mend({ bytesASecond: 1_500_000, hangsUpAfter: 1_200_000 });
		await phone.hasLine(true);
		await page.getByRole('link', { name: /^What is not safe yet/ }).click();
		await page.getByRole('heading', { level: 1, name: 'Not safe yet' }).waitFor();
		await look(page, 'what is not safe yet');
		await page.getByRole('heading', { level: 1, name: 'Everything is sent' }).waitFor({ timeout: 240_000 });
		await page.getByRole('link', { name: 'Waymark' }).click();
		await page.locator(`a[href="/field/${visit}"]`).click();
		await page.getByRole('link', { name: 'Finish', exact: true }).click();
		for (const [button, name, role] of [['The provider signs', 'Dana Example', 'Head of centre'], ['I sign', null, null]]) {
			await page.getByRole('button', { name: button }).click();
			if (name) await page.getByLabel('Name of who signs').fill(name);
			if (role) await page.getByLabel(/^What they are here/).fill(role);
			await page.getByLabel('By the typed name').check();
			await page.getByRole('button', { name: 'Sign', exact: true }).click();
			await page.getByText(name ? `Signed by ${name}` : 'QA visitor.').first().waitFor();
		}
		assert.equal(await page.getByText(/^Signed by /).count(), 2, 'one signature undoes the other');
		await page.getByLabel('Most standards met').check();
		await look(page, 'finishing');
		await page.getByRole('button', { name: /^Finish (now|when there is signal)$/ }).click();
		await page.getByRole('heading', { level: 1, name: 'Safe to leave site' }).waitFor({ timeout: 240_000 });
		await look(page, 'a site that may be left');
		assert.ok(line.hungUp > 0, 'the line never dropped');
		figure('sent', `${(line.carried / 1_000_000).toFixed(1)} MB over a line that hung up ${line.hungUp} times`);
	});

	step('is on the server as it was kept, byte for byte', async () => {
		const { node } = await visitor.ask(
			`query($id: ID!) { node(id: $id) { ... on Visit { state manifestSha256 outcome { code } proposedOutcome { code }
				judgements(first: 100) { edges { node { seen standard { code } rating { label } } } }
				evidence(first: 100, where: { withdrawnAt: { isNull: true } }) { edges { node { kind caption file { state sha256 byteSize originalUrl } } } } } } }`,
			{ id: `visit:${visit}` },
		);
		assert.deepEqual([node.state, node.outcome, node.proposedOutcome.code], ['COMPLETE', null, 'met_most']);
		const files = node.evidence.edges.map(({ node }) => node.file);
		assert.deepEqual(files.map(({ sha256, byteSize }) => [sha256, Number(byteSize)]).sort(), byHash());
		assert.equal(node.evidence.edges.filter(({ node }) => node.kind === 'PHOTO').length, PHOTOS + Object.keys(SIZES).length);
		for (const { node: { caption, file: { sha256, originalUrl } } } of node.evidence.edges) {
			const bytes = await visitor.fetched(originalUrl);
			assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256);
			const edge = SIZES[caption];
			if (edge) assert.deepEqual(measured(bytes), { width: edge, height: edge, hasExif: false }, caption);
		}
		assert.equal(node.judgements.edges.length, codes.length + 1);
		const first = node.judgements.edges.filter(({ node }) => node.standard.code === '1a');
		assert.deepEqual(first.map(({ node }) => node.rating.label).sort(), ['Fully met', 'Partly met']);
		assert.equal(node.judgements.edges.find(({ node }) => node.standard.code === '4c').node.seen, VOICE);
		await phone.page.getByText(node.manifestSha256.slice(0, 16)).waitFor();
		const { improvementActions, begun } = await visitor.ask(
			`query($id: ID!, $begun: ID!) {
				improvementActions(first: 10, where: { visit: { id: { eq: $id } } }) { edges { node { owner dueOn rag state standard { code } } } }
				begun: node(id: $begun) { ... on Visit { state purpose judgements(first: 10) { edges { node { seen } } } } } }`,
			{ id: `visit:${visit}`, begun: `visit:${unplanned}` },
		);
		assert.deepEqual(improvementActions.edges.map(({ node }) => node), [{ owner: 'Head of centre', dueOn: day(14), rag: 'AMBER', state: 'OPEN', standard: { code: '3a' } }]);
		assert.deepEqual([begun.state, begun.purpose, begun.judgements.edges.length], ['IN_PROGRESS', 'Unannounced visit', 1]);
	});

	step('is emptied when it is signed out from afar', async () => {
		const { sessions } = await visitor.ask(`{ sessions(first: 10, where: { deviceName: { eq: "${name()}" } }) { edges { node { id } } } }`);
		await visitor.change('revokeSession', { sessionId: sessions.edges[0].node.id }, 'session { id }');
		await phone.page.getByRole('link', { name: 'Your visits' }).click();
		const isEmptied = phone.page.getByRole('heading', { level: 1, name: 'Everything was removed from this phone' }).waitFor();
		// It may have asked by itself meanwhile.
		await Promise.race([isEmptied, phone.page.getByRole('button', { name: 'Look for changes' }).click()]);
		await isEmptied;
		await look(phone.page, 'a revoked phone');
		const left = await phone.page.evaluate(async () => {
			const media = await (await navigator.storage.getDirectory()).getDirectoryHandle('waymark-media');
			return (await Array.fromAsync(media.keys())).length;
		});
		assert.equal(left, 0, 'photographs are left on the phone');
	});

	step('met no fault on the way', () => assert.deepEqual(phone.faults, []));
});
