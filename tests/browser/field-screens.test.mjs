// Every field screen, in the sizes and colours that people have: axe, no sideways scrolling, targets for gloves, the keyboard alone.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { field, serve } from './field-app.mjs';
import { fit, launch } from './support.mjs';

let browser, app;
before(async () => {
	app = await serve();
	browser = await launch();
});
after(async () => {
	await browser.close();
	app.end();
});

/** How the phone begins, and where it is: those of one beginning after another, in one window. */
const SCREENS = [
	['new', '/field'],
	['locked', '/field'],
	['another-tab', '/field'],
	['out', '/field'],
	['empty', '/field'],
	['empty', '/field/new'],
	['done', '/field/visit-1/finish'],
	['done', '/field/visit-1/leave'],
	['open', '/field'],
	['open', '/field/new'],
	['open', '/field/visit-1'],
	['open', '/field/visit-2'],
	['open', '/field/visit-1/checklist'],
	['open', '/field/visit-1/checklist/standard-1a'],
	['open', '/field/visit-1/checklist/standard-2b'],
	['open', '/field/visit-1/checklist/standard-2f'],
	['open', '/field/visit-1/capture?standard=standard-2b'],
	['open', '/field/visit-1/evidence'],
	['open', '/field/visit-1/finish'],
	['open', '/field/visit-1/leave'],
	['open', '/field/safe'],
	['open', '/field/phone'],
	['open', '/field/nowhere'],
];

/** Fails where something to press is too small for a glove. */
async function hasRoom(page) {
	const small = await page.evaluate(() =>
		[...document.querySelectorAll('.field :is(a, button, input, select, textarea, summary)')]
			.filter((element) => element.checkVisibility() && !element.closest('.hidden-visually, .skip, p') && element.type !== 'radio' && element.type !== 'checkbox' && element.type !== 'file')
			.filter((element) => element.getBoundingClientRect().height < 47.5)
			.map((element) => element.outerHTML.slice(0, 120)),
	);
	assert.deepEqual(small, [], 'targets under 48 pixels');
}

/** Fails where something is not reached by the keyboard alone, does not show that it has the focus, or has it out of sight. */
async function byKeyboard(page) {
	const stops = await page.evaluate(() => {
		document.activeElement?.blur();
		const groups = new Set();
		/** One of a group of radio buttons is stopped at; the arrows go on from there. */
		const isFirst = ({ type, name }) => type !== 'radio' || (!groups.has(name) && groups.add(name));
		const looks = (element) =>
			[element, element.closest('label')].filter(Boolean).map((one) => {
				const { outline, boxShadow, backgroundColor, borderColor } = getComputedStyle(one);
				return [outline, boxShadow, backgroundColor, borderColor].join();
			}).join();
		const all = [...document.querySelectorAll('a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex="0"]')];
		const stops = all.filter((element) => element.checkVisibility({ visibilityProperty: true })).filter(isFirst).map((element) => ({ element, rests: looks(element) }));
		globalThis.keys = { stops, looks };
		return stops.length;
	});
	const reached = new Set();
	const wrong = new Set();
	// A date is three stops, and at the end the window's own come.
	for (let press = 0; press < 3 * stops + 20 && reached.size < stops; press += 1) {
		await page.keyboard.press('Tab');
		const { place, fault } = await page.evaluate(() => {
			const { activeElement: element } = document;
			const { stops, looks } = globalThis.keys;
			const isIt = (stop) => stop === element || (element.type === 'radio' && stop.type === 'radio' && stop.name === element.name);
			const place = stops.findIndex((stop) => isIt(stop.element));
			if (place < 0) return { place };
			const shown = element.closest('label') ?? element;
			// A link that goes on in a second line is two boxes.
			const isClear = [...shown.getClientRects()].some(({ left, top, width, height }) =>
				[0.1, 0.5, 0.9].some((part) => shown.contains(document.elementFromPoint(left + width * part, top + height * part))),
			);
			const faults = [looks(element) === stops[place].rests && 'no sign of the focus', !isClear && 'out of sight'].filter(Boolean);
			return { place, fault: faults.length > 0 && `${faults.join(', ')}: ${element.outerHTML.slice(0, 120)}` };
		});
		if (place >= 0) reached.add(place);
		if (fault) wrong.add(fault);
	}
	const missed = await page.evaluate((reached) => globalThis.keys.stops.filter((_, place) => !reached.includes(place)).map(({ element }) => element.outerHTML.slice(0, 120)), [...reached]);
	assert.deepEqual([...wrong, ...missed.map((html) => `never reached: ${html}`)], [], 'by keyboard');
}

const WINDOWS = [
	['phone', {}, []],
	['desktop', { colorScheme: 'dark', contrast: 'more' }, [byKeyboard]],
	['narrow', { colorScheme: 'dark' }, [byKeyboard]],
	['zoomed', { contrast: 'more' }, []],
];

for (const [size, options, more] of WINDOWS) {
	describe(`field screens, ${size} ${Object.values(options).join(' ')}`, () => {
		let window, shown;
		/** The window, on a path of this scenario. */
		const at = async (scenario, path) => {
			if (scenario === shown) {
				await window.page.goto(app.address + path);
				await window.page.getByRole('heading', { level: 1 }).waitFor();
				return window;
			}
			await window?.context.close();
			[window, shown] = [await field(browser, app, scenario, path, size, options), scenario];
			return window;
		};
		after(() => window?.context.close());
		for (const [scenario, path] of SCREENS) {
			it(`${scenario} ${path}`, async () => {
				const { page, faults } = await at(scenario, path);
				// To be looked at: a folder for a picture of each.
				if (process.env.WAYMARK_PICTURES) await page.screenshot({ path: join(process.env.WAYMARK_PICTURES, `${scenario}${path.replaceAll(/[/?=]/g, '_')}-${size}.png`), fullPage: true });
				await fit(page, `${scenario} ${path}`);
				await hasRoom(page);
				for (const holds of more) await holds(page);
				assert.deepEqual(faults, []);
			});
		}
	});
}
