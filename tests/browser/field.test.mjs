// What a visitor does on a phone, from the PIN to the receipt. A core that lives in the page stands in for the real one, so
// that each of its states can be reached at once.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { act, CAMERA, field, large, looked, serve } from './field-app.mjs';
import { day } from './journey.mjs';
import { fit, launch } from './support.mjs';

const PIN = '428517';
/** A day on which something can still be done. */
const DUE = day(14);
let browser, app;
before(async () => {
	app = await serve();
	browser = await launch(CAMERA);
});
after(async () => {
	await browser.close();
	app.end();
});

/** What the core holds, as it is. */
const held = (page) => page.evaluate(() => globalThis.field.core.visit('visit-1'));
/** Waits until the core holds what is asked for, looking again whenever it says that something has changed. */
async function until(page, holds) {
	for (;;) {
		const [visit, seen] = await page.evaluate(async () => {
			const { core } = globalThis.field;
			const { revision } = core;
			return [await core.visit('visit-1'), revision];
		});
		if (holds(visit)) return;
		await page.evaluate((seen) => globalThis.field.core.observe(seen), seen);
	}
}

describe('a visit on a phone', () => {
	let page, context, faults;
	before(async () => {
		({ page, context, faults } = await field(browser, app, 'new'));
	});
	after(() => context.close());

	it('asks for a PIN that is worth having, then for the account', async () => {
		const [pin, again] = [page.getByLabel('PIN', { exact: true }), page.getByLabel('The same PIN again')];
		await pin.fill('123456');
		await again.fill('123456');
		await page.getByRole('button', { name: 'Set up this phone' }).click();
		await page.getByText('one of the first that anybody would try').waitFor();
		await pin.fill(PIN);
		await again.fill(PIN);
		await page.getByRole('button', { name: 'Set up this phone' }).click();
		await page.getByLabel('E-mail address').fill('visitor@demo.example');
		await page.getByLabel('Password').fill('wrong');
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.getByText('The e-mail address or the password is not right.').waitFor();
		await fit(page, 'a refused sign-in on the phone');
		await page.getByLabel('Password').fill('waymark-demo');
		await page.getByRole('button', { name: 'Sign in' }).click();
	});

	it('opens on today’s visits, one tap from the checklist', async () => {
		await page.getByRole('heading', { name: 'Today' }).waitFor();
		await page.getByRole('link', { name: 'Open the checklist of Ledmarsh Motor Workshop' }).click();
		await page.getByText('Answered in full: 0 of 27').waitFor();
		await page.getByText('Safeguarding and wellbeing', { exact: true }).waitFor();
	});

	it('works without a signal from here on, and calls that no error', async () => {
		await context.setOffline(true);
		await page.getByText('No signal ·').waitFor();
		assert.equal(await page.getByRole('alert').filter({ hasText: /./ }).count(), 0);
		await page.getByRole('link', { name: 'Begin: 1a' }).click();
		await page.getByRole('heading', { level: 1, name: /^1a/ }).waitFor();
	});

	it('starts a visit that nobody planned', async () => {
		await page.getByRole('link', { name: 'Waymark' }).click();
		await page.getByRole('link', { name: 'Start an unplanned visit' }).click();
		await page.getByRole('button', { name: 'Start the visit' }).click();
		await page.getByText('Choose where you are.').waitFor();
		await fit(page, 'an unplanned visit');
		await page.getByLabel('Provider').selectOption('Bardon Animal Care');
		await page.getByRole('button', { name: 'Start the visit' }).click();
		await page.getByText('Answered in full: 0 of 27').waitFor();
		await page.getByRole('link', { name: 'Brief', exact: true }).click();
		await page.getByText('Unannounced visit').waitFor();
		await page.getByRole('link', { name: /^What is not safe yet/ }).click();
		await page.getByRole('link', { name: 'The visit itself' }).waitFor();
		await page.getByRole('link', { name: 'Waymark' }).click();
		await page.getByRole('link', { name: 'Open the checklist of Ledmarsh Motor Workshop' }).click();
		await page.getByRole('link', { name: 'Begin: 1a' }).click();
		await page.getByRole('heading', { level: 1, name: /^1a/ }).waitFor();
	});

	it('saves as it is typed, and takes a change back', async () => {
		await page.getByLabel('Fully met').check();
		await page.getByText('On this phone', { exact: true }).waitFor();
		await page.getByLabel(/^What was seen/).fill('Eleven lines of the register. One reference missing.');
		await until(page, ({ answers }) => answers[0]?.answer.seen.startsWith('Eleven'));
		await page.getByRole('button', { name: 'Undo' }).click();
		assert.equal(await page.getByLabel(/^What was seen/).inputValue(), '');
		assert.equal((await held(page)).answers[0].answer.rating, 'rating-0');
		await page.getByLabel(/^What was seen/).fill('Eleven lines of the register.');
	});

	it('names who does what by when, in the words of the report', async () => {
		await page.getByLabel(/^Action or recommendation/).fill('Ask for the second reference.');
		await page.getByLabel(/^Who does it/).pressSequentially('Head of centre');
		await page.getByLabel(/^By when/).fill(DUE);
		await until(page, ({ answers }) => answers[0]?.answer.action.includes('By:'));
		assert.equal((await held(page)).answers[0].answer.action, `Ask for the second reference.\nWho: Head of centre. By: ${DUE}.`);
	});

	it('writes down the last of the typing when one goes on at once', async () => {
		await page.getByLabel(/^What was seen/).fill('Twelve lines of the register.');
		await page.getByRole('navigation', { name: 'Standards' }).getByRole('link', { name: /1b/ }).last().click();
		await page.getByRole('heading', { level: 1, name: /^1b/ }).waitFor();
		await until(page, ({ answers }) => answers[0]?.answer.seen === 'Twelve lines of the register.');
	});

	it('says what was found last time, and who competent looked', async () => {
		await page.goBack();
		await page.getByRole('link', { name: /^Checklist,/ }).click();
		await page.getByRole('link', { name: /^2b/ }).click();
		await page.getByText('Last time: Partly met').click();
		await page.getByText('the burns dressings were out of date').waitFor();
		// Open by itself, as this is for nobody else to judge; where anybody may, it is not there.
		await page.getByLabel('Name and post').fill('J. Example, site manager');
		await page.getByLabel(/^Qualification/).fill('first aid at work');
		await page.getByRole('button', { name: 'Put it in' }).click();
		assert.equal(await page.getByLabel(/^What was seen/).inputValue(), 'Competent person: J. Example, site manager, first aid at work.');
		await page.getByLabel('Partly met').check();
		await page.getByText('This rating calls for one.').waitFor();
	});

	it('reminds before the camera opens, and takes several photos in a row', async () => {
		await page.getByRole('link', { name: 'Add photos or pages' }).click();
		await page.getByText('No pupil needs to be in a picture.').waitFor();
		await page.getByRole('button', { name: 'Open the camera' }).click();
		for (let shot = 1; shot <= 2; shot += 1) {
			await page.getByRole('button', { name: 'Take the photo' }).click();
			await page.getByLabel(/^What it shows/).fill(`First aid box ${shot}`);
			await page.getByRole('button', { name: 'Keep', exact: true }).click();
			await page.getByText(shot === 1 ? '1 picture is kept' : '2 pictures are kept').waitFor();
		}
		await page.getByRole('button', { name: 'Done' }).click();
		assert.deepEqual((await held(page)).evidence.map(({ caption, standard }) => [caption, standard]), [['First aid box 1', 'standard-2b'], ['First aid box 2', 'standard-2b']]);
	});

	it('turns, covers and sizes a photograph of twelve megapixels before it is kept', async () => {
		await page.getByLabel('Choose files').setInputFiles([await large(page, 'side.jpg')]);
		await page.getByRole('button', { name: 'Hide or crop' }).click();
		const picture = page.getByRole('application');
		// The red corner of the upright picture.
		await page.locator('canvas[width="960"]').waitFor();
		const box = await picture.boundingBox();
		await page.mouse.click(box.x + box.width * 0.95, box.y + box.height * 0.04);
		await page.getByText('1 covered.').waitFor({ state: 'attached' });
		await fit(page, 'covering');
		await page.getByRole('button', { name: 'Done' }).click();
		await page.getByRole('button', { name: 'Keep', exact: true }).click();
		await page.getByText('3 pictures are kept').waitFor();
		const kept = await page.evaluate(async () => {
			const { evidence } = await globalThis.field.core.visit('visit-1');
			const { bytes } = await globalThis.field.core.photo(evidence.at(-1).id);
			const bitmap = await createImageBitmap(new Blob([bytes]));
			const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
			context.drawImage(bitmap, 0, 0);
			return { bytes: [...bytes], corner: [...context.getImageData(bitmap.width * 0.95, bitmap.height * 0.04, 1, 1).data].slice(0, 3) };
		});
		assert.deepEqual(looked(Buffer.from(kept.bytes)), { width: 1536, height: 2048, hasExif: false });
		assert.ok(kept.corner.every((part) => part < 8), `the corner shows ${kept.corner}`);
	});

	it('covers by keyboard alone', async () => {
		await page.getByLabel('Choose files').setInputFiles([await large(page, 'keys.jpg', 1)]);
		await page.getByRole('button', { name: 'Hide or crop' }).click();
		await page.getByRole('application').focus();
		await page.keyboard.press('ArrowLeft');
		await page.keyboard.press('Space');
		await page.getByText('1 covered.').waitFor({ state: 'attached' });
		await page.getByRole('button', { name: 'Leave it as it was' }).click();
		await page.getByRole('button', { name: 'Leave it out' }).click();
	});

	it('makes one document of several pages', async () => {
		await page.getByLabel('Choose files').setInputFiles(await Promise.all([2, 3, 4].map((seed) => large(page, `page-${seed}.jpg`, seed))));
		await page.getByText('Make one document of 3 pages').click();
		await page.getByLabel(/^What the document is/).fill('Accident book');
		await page.getByRole('button', { name: 'Keep as one document' }).click();
		await page.getByText('4 pictures are kept').waitFor();
		const [kind, type, text] = await page.evaluate(async () => {
			const piece = (await globalThis.field.core.visit('visit-1')).evidence.at(-1);
			const { mediaType, bytes } = await globalThis.field.core.photo(piece.id);
			return [piece.kind, mediaType, new TextDecoder('latin1').decode(bytes)];
		});
		assert.deepEqual([kind, type], ['document', 'application/pdf']);
		assert.equal(text.match(/\/Type \/Page /g).length, 3);
		const start = Number(/startxref\n(\d+)/.exec(text)[1]);
		assert.ok(text.startsWith('xref', start), 'the table of the document is not where it says');
	});

	it('does not freeze while many large pictures are opened', async () => {
		// From the disk, as a person's are: handed over by the test they would pass through the page's own thread.
		const folder = mkdtempSync(join(tmpdir(), 'waymark-photos-'));
		const files = [];
		for (let seed = 0; seed < 8; seed += 1) {
			const { name, buffer } = await large(page, `many-${seed}.jpg`, seed);
			files.push(join(folder, name));
			writeFileSync(files.at(-1), buffer);
		}
		await page.evaluate(() => {
			globalThis.longest = 0;
			new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (globalThis.longest = Math.max(globalThis.longest, duration)))).observe({ type: 'longtask' });
		});
		await page.getByLabel('Choose files').setInputFiles(files);
		await page.getByRole('button', { name: 'Keep all 8' }).waitFor({ timeout: 120_000 });
		console.error(`longest task while 8 photographs of 12 megapixels were opened: ${await page.evaluate(() => Math.round(globalThis.longest))} ms`);
		await fit(page, 'eight pictures not kept yet');
		await page.getByRole('button', { name: 'Keep all 8' }).click();
		await page.getByText('12 pictures are kept').waitFor({ timeout: 120_000 });
		rmSync(folder, { recursive: true });
	});

	it('says of a file that it is no picture, and what to choose', async () => {
		await page.getByLabel('Choose files').setInputFiles({ name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') });
		await page.getByText('This file is no picture that can be opened.').waitFor();
		await page.getByRole('button', { name: 'Leave it out' }).click();
	});

	it('loses nothing where the phone is full, and says so', async () => {
		await page.evaluate(() => (globalThis.field.isFull = true));
		await page.getByLabel('Choose files').setInputFiles([await large(page, 'full.jpg', 9)]);
		await page.getByRole('button', { name: 'Keep', exact: true }).click();
		await page.getByText('There is no room left on this phone.').waitFor();
		await fit(page, 'a full phone');
		await page.evaluate(() => (globalThis.field.isFull = false));
		await page.getByRole('button', { name: 'Keep', exact: true }).click();
		await page.getByText('13 pictures are kept').waitFor();
	});

	it('withdraws a photo that was taken by mistake, with a reason', async () => {
		await page.getByRole('link', { name: 'Back to 2b' }).click();
		const card = page.locator('li.card', { hasText: 'First aid box 2' });
		await card.getByText('Withdraw', { exact: false }).first().click();
		await card.getByLabel('Why').fill('A pupil is in it');
		await card.getByRole('button', { name: 'Withdraw it' }).click();
		await card.waitFor({ state: 'detached' });
	});

	it('lists all that is not safe yet, tries again and saves a copy', async () => {
		const [first] = (await held(page)).evidence;
		await act(page, 'trouble', first.id, 'The server will not take this picture. Take it again.');
		await page.getByRole('link', { name: /needs attention/ }).click();
		await page.getByRole('heading', { level: 1, name: 'Not safe yet' }).waitFor();
		const top = page.locator('li.card').first();
		await top.getByText('The server will not take this picture. Take it again.').waitFor();
		await fit(page, 'what is not safe yet');
		await top.getByRole('button', { name: /^Try again/ }).click();
		await page.getByText('Needs attention').waitFor({ state: 'detached' });
		const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save a copy of what is waiting' }).click()]);
		assert.match(download.suggestedFilename(), /^waymark-unsent-.*\.zip$/);
	});

	it('signs by finger and by typing, and a change takes the signatures back', async () => {
		await page.getByRole('link', { name: 'Waymark' }).click();
		await page.getByRole('link', { name: 'Ledmarsh Motor Workshop', exact: true }).click();
		await page.getByRole('link', { name: 'Finish', exact: true }).click();
		await page.getByRole('button', { name: 'The provider signs' }).click();
		await page.getByRole('button', { name: 'Dana Example signs: Key contact for placements' }).click();
		assert.equal(await page.getByLabel('Name of who signs').inputValue(), 'Dana Example');
		await page.getByLabel(/^What they are here/).fill('Head of centre');
		await page.getByRole('button', { name: 'Sign', exact: true }).click();
		await page.getByText('Sign with a finger, or choose to sign by typing.').waitFor();
		await fit(page, 'a signature being given');
		const box = await page.getByLabel(/^Sign here/).boundingBox();
		await page.mouse.move(box.x + 20, box.y + 40);
		await page.mouse.down();
		await page.mouse.move(box.x + 120, box.y + 70, { steps: 5 });
		await page.mouse.up();
		await page.getByRole('button', { name: 'Sign', exact: true }).click();
		await page.getByText('Signed by Dana Example, Head of centre.').waitFor();
		await page.getByRole('button', { name: 'I sign' }).click();
		await page.getByLabel('By the typed name').check();
		await page.getByRole('button', { name: 'Sign', exact: true }).click();
		await page.getByText('Signed by Vera Visitor, QA visitor.').waitFor();
		assert.equal(await page.getByText('For a competent person to judge, and nobody is named:').count(), 1);
		await page.getByRole('link', { name: /^Change/ }).click();
		await page.getByLabel('Partly met').check();
		await page.getByText('On this phone', { exact: true }).waitFor();
		await page.getByRole('link', { name: /^Checklist,/ }).click();
		await page.getByRole('link', { name: 'Finish', exact: true }).click();
		await page.getByText('2 earlier signatures were taken back').waitFor();
	});

	it('gives a reason for what cannot be had', async () => {
		await page.getByRole('link', { name: '2f', exact: false }).first().click();
		await page.getByLabel(/^What was seen/).fill('Policies in the office.');
		await page.getByLabel('Next date').waitFor();
		await page.getByRole('link', { name: /^Checklist,/ }).click();
		await page.getByRole('link', { name: 'Finish', exact: true }).click();
		await page.getByLabel('Why it cannot be had').first().fill('The insurer has not dated it.');
		await page.getByRole('button', { name: /^Give this reason/ }).first().click();
		await until(page, ({ answers }) => answers.some(({ answer }) => answer.missingReason === 'The insurer has not dated it.'));
		await fit(page, 'finishing');
	});

	it('finishes without a signal, and is green only by the server’s receipt', async () => {
		await page.getByText('Becomes an action of the provider when you finish.').waitFor();
		await page.getByRole('button', { name: 'Finish when there is signal' }).click();
		await page.getByText('Choose the outcome that you propose, or none.').waitFor();
		await page.getByLabel('Most standards met').check();
		await page.getByRole('button', { name: 'Finish when there is signal' }).click();
		await page.getByRole('heading', { level: 1, name: 'Not safe yet' }).waitFor();
		await page.getByRole('link', { name: 'Action on 1a' }).waitFor();
		const { improving: [{ task }], proposed } = await held(page);
		assert.equal(proposed, 'outcome-1');
		assert.deepEqual([task.action, task.owner, task.dueOn], ['Ask for the second reference.', 'Head of centre', DUE]);
		await page.getByText('No signal. Work goes on').waitFor();
		await fit(page, 'a site that may not be left');
		await context.setOffline(false);
		await act(page, 'sending', 0.4);
		await page.getByText('Sending 40 %').first().waitFor();
		assert.equal(await page.getByRole('heading', { name: 'Safe to leave site' }).count(), 0);
		await act(page, 'arrive');
		await page.getByRole('heading', { level: 1, name: 'Safe to leave site' }).waitFor();
		await page.getByRole('status').filter({ hasText: 'Safe to leave site.' }).waitFor({ state: 'attached' });
		await page.getByText('0123456789abcdef').waitFor();
		await fit(page, 'a site that may be left');
	});

	it('locks, opens by the right PIN alone, and is empty once it is revoked', async () => {
		await page.getByRole('link', { name: 'Phone' }).click();
		await page.getByRole('button', { name: 'Lock now' }).click();
		await page.getByLabel('PIN', { exact: true }).fill('999999');
		await page.getByRole('button', { name: 'Unlock' }).click();
		await page.getByText('This is not the PIN of this phone.').first().waitFor();
		await page.getByLabel('PIN', { exact: true }).fill(PIN);
		await page.getByRole('button', { name: 'Unlock' }).click();
		await page.getByRole('heading', { level: 1, name: 'This phone' }).waitFor();
		await act(page, 'revoke');
		await page.getByRole('heading', { level: 1, name: 'Everything was removed from this phone' }).waitFor();
		await fit(page, 'a revoked phone');
	});

	it('met no fault on the way', () => assert.deepEqual(faults, []));
});
