// The field screens as they are drawn for docs/: how the phone begins, where it is, and what is done there first.
import { act } from './field-app.mjs';

const ME = 'visit-1';
const PATH = `/field/${ME}`;
const SEEN = {
	'1a': ['rating-0', 'Eleven lines of the register, on screen. All complete.'],
	'1b': ['rating-0', 'Policy of September, signed by the two who teach.'],
	'1c': ['rating-1', 'The lead trained in 2023. Nobody deputises on Fridays.'],
	'2b': ['rating-1', 'Competent person: J. Example, site manager, first aid at work. The burns dressings are out of date.'],
	'2d': ['rating-0', 'The lift was inspected in May; the certificate is on the wall.'],
};

/** In the page: a photograph of a first aid box on a wall, so many pixels wide. */
async function draw([wide, place]) {
	const canvas = new OffscreenCanvas(wide, wide * 0.75);
	const context = canvas.getContext('2d');
	context.scale(wide / 480, wide / 480);
	const fill = (colour, ...box) => {
		context.fillStyle = colour;
		context.fillRect(...box);
	};
	fill(['#c9c2b6', '#b5bcc2', '#a9b4a4'][place], 0, 0, 480, 360);
	fill('#8b8578', 0, 270, 480, 90);
	fill('#1d7a46', 130 - 20 * place, 70, 220, 180);
	fill('#fff', 220 - 20 * place, 100, 40, 120);
	fill('#fff', 180 - 20 * place, 140, 120, 40);
	fill('#f4f1e8', 370, 90, 80, 110);
	for (let line = 0; line < 6; line += 1) fill('#55524b', 378, 102 + 15 * line, 40 + ((line * 17) % 24), 4);
	const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })).arrayBuffer());
	return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** Half a morning's work: answers, an action, and photographs. */
async function begun(page) {
	const photos = await Promise.all(['First aid box', 'Check list beside it', 'Where it hangs'].map(async (caption, place) => [caption, await page.evaluate(draw, [480, place])]));
	await page.evaluate(async ([visit, seen, photos]) => {
		const { core } = globalThis.field;
		const rest = { action: '', answeredOn: null, nextOn: null, missingReason: null };
		for (const [code, [rating, words]] of Object.entries(seen)) await core.answer(visit, `standard-${code}`, { ...rest, rating, seen: words });
		await core.improve(visit, 'standard-2b', { action: 'Replace the burns dressings and note the date inside the lid.', owner: 'Site manager', dueOn: '2027-01-15' });
		for (const [caption, base64] of photos) {
			const about = { visit, standard: 'standard-2b', kind: 'photo', mediaType: 'image/jpeg', capturedAt: new Date().toISOString(), caption };
			await core.stageEvidence(about, Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0)));
		}
	}, [ME, SEEN, photos]);
}

const pieces = (page) => page.evaluate(async (id) => (await globalThis.field.core.visit(id)).evidence.map(({ id }) => id), ME);
const offline = (page) => page.context().setOffline(true);
const choose = async (page) =>
	page.getByLabel('Choose files').setInputFiles({ name: 'workshop.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(await page.evaluate(draw, [1920, 0]), 'base64') });

/** Something that needs a person, and something that is on its way. */
async function inTrouble(page) {
	await begun(page);
	await act(page, 'sending', 0.4);
	const [first] = await pieces(page);
	await act(page, 'trouble', first, 'The server will not take this picture. Take it again.');
}

async function finished(page) {
	await begun(page);
	await act(page, 'complete', ME, 'outcome-1');
	await act(page, 'arrive');
}

/** The sheet of each: a name, how the phone begins, where it is, and what is done first. */
export const FIELD = [
	['set-up', 'new', '/field'],
	['unlock', 'locked', '/field'],
	['visits', 'open', '/field'],
	['visits-none', 'empty', '/field'],
	['visits-offline', 'open', '/field', async (page) => {
		await begun(page);
		await offline(page);
		await page.getByText('No signal ·').waitFor();
	}],
	['session-over', 'out', '/field'],
	['another-tab', 'another-tab', '/field'],
	['unplanned', 'open', '/field/new'],
	['brief', 'open', PATH],
	['brief-long-name', 'open', '/field/visit-2'],
	['checklist', 'open', `${PATH}/checklist`, begun],
	['standard', 'open', `${PATH}/checklist/standard-2b`],
	['standard-dates', 'open', `${PATH}/checklist/standard-2f`],
	['capture', 'open', `${PATH}/capture?standard=standard-2b`],
	['camera', 'open', `${PATH}/capture?standard=standard-2b`, async (page) => {
		await page.getByRole('button', { name: 'Open the camera' }).click();
		await page.getByText('No pupil in view?').waitFor();
		await page.waitForFunction(() => document.querySelector('video').currentTime > 0.5);
	}],
	['cover', 'open', `${PATH}/capture?standard=standard-2b`, async (page) => {
		await choose(page);
		await page.getByRole('button', { name: 'Hide or crop' }).click();
		await page.locator('canvas[width="1280"]').waitFor();
		const { x, y, width, height } = await page.getByRole('application').boundingBox();
		await page.mouse.move(x + width * 0.8, y + height * 0.32);
		await page.mouse.down();
		await page.mouse.move(x + width * 0.9, y + height * 0.5, { steps: 5 });
		await page.mouse.up();
	}],
	['no-room', 'open', `${PATH}/capture?standard=standard-2b`, async (page) => {
		await choose(page);
		await page.evaluate(() => (globalThis.field.isFull = true));
		await page.getByRole('button', { name: 'Keep', exact: true }).click();
		await page.getByText('There is no room left on this phone.').waitFor();
	}],
	['photos', 'open', `${PATH}/evidence`, async (page) => {
		await inTrouble(page);
		await page.waitForFunction(() => document.querySelector('li.card img')?.naturalWidth > 0);
	}],
	['not-safe', 'open', '/field/safe', async (page) => {
		await inTrouble(page);
		await page.getByText('Needs attention').first().waitFor();
	}],
	['finish', 'open', `${PATH}/finish`, begun],
	['leave-not-yet', 'open', `${PATH}/leave`, async (page) => {
		await begun(page);
		await act(page, 'complete', ME, 'outcome-1');
		await offline(page);
		await page.getByText('No signal ·').waitFor();
	}],
	['leave', 'open', `${PATH}/leave`, async (page) => {
		await finished(page);
		await page.getByRole('heading', { level: 1, name: 'Safe to leave site' }).waitFor();
	}],
	['phone', 'open', '/field/phone'],
	['removed', 'open', '/field/phone', async (page) => {
		await act(page, 'revoke');
		await page.getByRole('heading', { level: 1, name: 'Everything was removed from this phone' }).waitFor();
	}],
];
