// Every field screen, in the sizes and colours that people have: axe, no sideways scrolling, targets for gloves.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { field, serve } from './field-app.mjs';
import { fit, launch, noWider } from './support.mjs';

let browser, app;
before(async () => {
	app = await serve();
	browser = await launch();
});
after(async () => {
	await browser.close();
	app.end();
});

const SCREENS = [
	['new', '/field'],
	['locked', '/field'],
	['another-tab', '/field'],
	['empty', '/field'],
	['open', '/field'],
	['out', '/field'],
	['open', '/field/new'],
	['empty', '/field/new'],
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
	['done', '/field/visit-1/leave'],
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

const WINDOWS = [
	['phone', {}, fit],
	['desktop', { colorScheme: 'dark', contrast: 'more' }, fit],
	['narrow', { colorScheme: 'dark' }, noWider],
	['zoomed', { contrast: 'more' }, noWider],
];

for (const [size, options, hold] of WINDOWS) {
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
				await hold(page, `${scenario} ${path}`);
				await hasRoom(page);
				assert.deepEqual(faults, []);
			});
		}
	});
}
