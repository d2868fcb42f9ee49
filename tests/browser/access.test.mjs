// What every screen is held to: axe, no sideways scrolling, the keyboard alone, and no line at all.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { pathOf, SCREENS } from './screens.mjs';
import { ADDRESS, ask, fit, launch, open, pdf, signIn, visit } from './support.mjs';

/** Every screen in every one of these: sizes, and the colours that a person has chosen. */
const WINDOWS = [['phone', 'light'], ['desktop', 'dark'], ['narrow', 'light'], ['zoomed', 'light']];

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser.close());

for (const [size, colorScheme] of WINDOWS) {
	for (const [role, screens] of Object.entries(SCREENS)) {
		describe(`${role}, ${size}, ${colorScheme}`, () => {
			let window;
			before(async () => {
				window = await open(browser, size, { colorScheme });
				if (role !== 'nobody') await signIn(window.page, role);
			});
			after(() => window.context.close());
			for (const screen of screens) {
				it(screen.name, async () => {
					await visit(window.page, await pathOf(screen, (query) => ask(window.page, query)));
					await fit(window.page, `${screen.name}, ${size}, ${colorScheme}`);
				});
			}
		});
	}
}

describe('by keyboard alone', () => {
	it('a provider signs in and sends a certificate', async () => {
		const { page, context, faults } = await open(browser, 'desktop');
		await page.goto(`${ADDRESS}/provider/documents/send`);
		await page.getByLabel('E-mail address').waitFor();
		const to = async (locator) => {
			for (let press = 0; press < 80; press += 1) {
				if (await locator.evaluate((element) => element === document.activeElement)) return;
				await page.keyboard.press('Tab');
			}
			assert.fail(`the keyboard does not reach ${locator}`);
		};
		await to(page.getByLabel('E-mail address'));
		await page.keyboard.type('provider@demo.example');
		await page.keyboard.press('Tab');
		await page.keyboard.type('waymark-demo');
		await page.keyboard.press('Enter');
		await page.getByRole('heading', { level: 1, name: 'Send documents' }).waitFor();
		await to(page.getByLabel('Choose files'));
		const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')]);
		await chooser.setFiles(pdf('Fire risk assessment'));
		await to(page.getByLabel('What is it?'));
		await page.keyboard.type('Fire risk');
		await to(page.getByLabel('Date of issue'));
		await page.keyboard.type('01112026');
		await to(page.getByLabel('Last day it covers'));
		await page.keyboard.type('31102027');
		await to(page.getByRole('button', { name: 'Send 1 document' }));
		await page.keyboard.press('Enter');
		await page.getByText('1 document sent.').waitFor({ timeout: 90_000 });
		assert.deepEqual(faults, []);
		await context.close();
	});

	it('the focus can be seen, and the content is one key away', async () => {
		const { page, context } = await open(browser, 'desktop');
		await signIn(page, 'coordinator');
		await visit(page, '/dashboard');
		await page.keyboard.press('Tab');
		const skip = page.getByRole('link', { name: 'Skip to main content' });
		assert.ok(await skip.evaluate((element) => element === document.activeElement), 'the first key does not reach it');
		assert.ok((await skip.boundingBox()).y >= 0, 'the link cannot be seen');
		await page.keyboard.press('Enter');
		assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
		await context.close();
	});
});

describe('without a line', () => {
	it('the app opens from the device and says so', async () => {
		const { page, context } = await open(browser, 'phone');
		await signIn(page, 'provider');
		await page.evaluate(() => navigator.serviceWorker.ready);
		await page.reload();
		await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
		await context.setOffline(true);
		await page.reload();
		await page.getByRole('heading', { level: 1, name: 'You are offline' }).waitFor();
		await fit(page, 'the offline screen');
		await context.setOffline(false);
		await page.getByRole('button', { name: 'Try again' }).click();
		await page.getByRole('heading', { level: 1, name: 'What is due' }).waitFor();
		await context.close();
	});

	it('keeps no answer of the graph on the device', async () => {
		const { page, context } = await open(browser, 'phone');
		await signIn(page, 'provider');
		await page.evaluate(() => navigator.serviceWorker.ready);
		const kept = await page.evaluate(async () => {
			const names = await caches.keys();
			const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
			return keys.flat().map(({ url }) => new URL(url).pathname);
		});
		assert.ok(kept.length > 10);
		assert.deepEqual(kept.filter((path) => /^\/(graphql|session|files|uploads)/.test(path)), []);
		await context.close();
	});

	it('an upload that breaks off goes on where it stopped', async () => {
		const { page, context } = await open(browser, 'desktop');
		await signIn(page, 'provider');
		await visit(page, '/provider/documents/send');
		await page.getByLabel('Choose files').setInputFiles(pdf('Annual report'));
		await page.getByLabel('What is it?').selectOption({ label: 'Annual report' });
		await page.getByLabel('Date of issue').fill('2026-10-01');
		await page.getByLabel('Last day it covers').fill('2027-09-30');
		await page.route('**/uploads/**', (route) => route.abort());
		await page.route('**/uploads', (route) => route.abort());
		await page.getByRole('button', { name: 'Send 1 document' }).click();
		await page.getByText('The connection broke.').waitFor({ timeout: 60_000 });
		await fit(page, 'a broken upload');
		await page.unroute('**/uploads/**');
		await page.unroute('**/uploads');
		await page.getByRole('button', { name: 'Try again' }).click();
		await page.getByText('1 document sent.').waitFor({ timeout: 90_000 });
		await context.close();
	});

	it('a surprise of the server’s is shown with its number', async () => {
		const { page, context } = await open(browser, 'desktop');
		await signIn(page, 'coordinator');
		await page.route('**/graphql', (route) =>
			route.fulfill({ status: 500, contentType: 'application/json', body: '{"errors":[{"message":"x","extensions":{"code":"INTERNAL","requestId":"abc123456"}}]}' }),
		);
		await page.goto(`${ADDRESS}/dashboard/visits`);
		await page.getByRole('heading', { level: 1, name: 'Something went wrong' }).waitFor();
		await page.getByText('abc123456').waitFor();
		await fit(page, 'the error screen');
		await context.close();
	});
});
