// What every screen is held to: axe, no sideways scrolling, the keyboard alone, and no line at all; and who comes in.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { enter, journey } from './journey.mjs';
import { pathOf, SCREENS } from './screens.mjs';
import { ADDRESS, ask, fit, noWider, PASSWORD, pdf, resizer, signIn, visit } from './support.mjs';

/** Every screen in every one of these: sizes, the colours that a person has chosen, and what it is held to there. */
const WINDOWS = [
	['phone', 'light', fit],
	['narrow', 'light', noWider],
	['zoomed', 'light', noWider],
	['desktop', 'dark', fit],
];

for (const [role, screens] of Object.entries(SCREENS)) {
	describe(role, () => {
		let page;
		let close;
		let resize;
		before(async () => {
			const window = await enter(role === 'nobody' ? null : role, 'desktop');
			({ page } = window);
			close = () => window.context.close();
			resize = await resizer(page);
		});
		after(() => close());
		for (const screen of screens) {
			it(screen.name, async () => {
				const path = await pathOf(screen, (query) => ask(page, query));
				// It is opened once, on a phone, and then looked at as the window changes about it.
				for (const [at, [size, colorScheme, hold]] of WINDOWS.entries()) {
					await page.emulateMedia({ colorScheme });
					await resize(size);
					if (at === 0) await visit(page, path);
					await hold(page, `${screen.name}, ${size}, ${colorScheme}`);
				}
			});
		}
	});
}

journey('sees the focus, and is one key from the content', 'coordinator', async ({ page }) => {
	await visit(page, '/dashboard');
	await page.keyboard.press('Tab');
	const skip = page.getByRole('link', { name: 'Skip to main content' });
	assert.ok(await skip.evaluate((element) => element === document.activeElement), 'the first key does not reach it');
	assert.ok((await skip.boundingBox()).y >= 0, 'the link cannot be seen');
	await page.keyboard.press('Enter');
	assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
}, ['desktop']);

journey('is refused with a wrong password, then comes to the page that was asked for', null, async ({ page, context }) => {
	await page.goto(`${ADDRESS}/provider/documents`);
	await page.getByLabel('E-mail address').fill('provider@demo.example');
	await page.getByLabel('Password').fill('wrong');
	await page.getByRole('button', { name: 'Sign in' }).click();
	const alert = page.getByRole('alert');
	await alert.waitFor();
	assert.match(await alert.innerText(), /You are not signed in/);
	assert.ok(await alert.evaluate((element) => element === document.activeElement), 'the problem is not focused');
	await fit(page, 'the refused sign-in');
	await page.getByLabel('Password').fill(PASSWORD);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByRole('heading', { level: 1, name: 'Documents' }).waitFor();
	assert.equal(new URL(page.url()).pathname, '/provider/documents');
	const cookies = await context.cookies();
	assert.ok(cookies.length > 0 && cookies.every(({ httpOnly }) => httpOnly), 'a script can read the session');
	assert.equal(await page.evaluate(() => localStorage.length), 0, 'something is kept in the browser');
});

journey('signs out, and the session is gone', null, async ({ page }) => {
	await signIn(page, 'provider');
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
	await page.goto(`${ADDRESS}/provider`);
	await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
});

journey('loses the session while writing, is told, and comes back to the same page', 'provider', async ({ page, context }) => {
	await visit(page, '/provider/people');
	await page.getByText('Add a person').click();
	await page.getByLabel('What the person does').selectOption({ label: 'First aider' });
	await page.getByLabel('Name', { exact: true }).fill('Never Added');
	await page.locator('form', { has: page.getByLabel('What the person does') }).getByLabel('E-mail').fill('never@ledmarsh.example');
	await context.clearCookies();
	await page.getByRole('button', { name: 'Add the person' }).click();
	await page.getByText('You have been signed out.').waitFor();
	assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Never Added', 'what was typed is lost');
	await fit(page, 'a form without a session');
	await page.goto(`${ADDRESS}/provider/people`);
	await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
	await page.getByLabel('E-mail address').fill('provider@demo.example');
	await page.getByLabel('Password').fill(PASSWORD);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByRole('heading', { level: 1, name: 'People and sites' }).waitFor();
});

journey('opens the app without a line, from the device', 'provider', async ({ page, context }) => {
	await visit(page, '/provider');
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
});

journey('leaves no answer of the graph on the device', 'provider', async ({ page }) => {
	await visit(page, '/provider');
	await page.evaluate(() => navigator.serviceWorker.ready);
	const kept = await page.evaluate(async () => {
		const names = await caches.keys();
		const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
		return keys.flat().map(({ url }) => new URL(url).pathname);
	});
	assert.ok(kept.length > 10);
	assert.deepEqual(kept.filter((path) => /^\/(graphql|session|files|uploads)/.test(path)), []);
}, ['desktop']);

journey('goes on with an upload that broke off', 'provider', async ({ page }) => {
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
});

journey('is shown a surprise of the server’s with its number', 'coordinator', async ({ page }) => {
	await page.route('**/graphql', (route) =>
		route.fulfill({ status: 500, contentType: 'application/json', body: '{"errors":[{"message":"x","extensions":{"code":"INTERNAL","requestId":"abc123456"}}]}' }),
	);
	await page.goto(`${ADDRESS}/dashboard/visits`);
	await page.getByRole('heading', { level: 1, name: 'Something went wrong' }).waitFor();
	await page.getByText('abc123456').waitFor();
	await fit(page, 'the error screen');
});
