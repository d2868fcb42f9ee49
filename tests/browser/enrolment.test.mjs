// Real accounts: an officer is invited, chooses a password, sets an authenticator app up, and later loses the phone.
import assert from 'node:assert/strict';
import { TOTP, Secret } from 'otpauth';
import { journey } from './journey.mjs';
import { fit } from './support.mjs';

const { WAYMARK_INVITATIONS = '' } = process.env;
/** One-time links to a server that is no demo, one for each size of window. */
const [desktop, phone] = WAYMARK_INVITATIONS.split(' ');
const LINKS = { desktop, phone };
const WORDS = 'four unrelated plain words';

const button = (page, name) => page.getByRole('button', { name, exact: true });

journey('is invited, sets up a second factor, and comes back by a recovery code', null, async ({ page, size }) => {
	const link = LINKS[size];
	assert.ok(link, 'WAYMARK_INVITATIONS names no link: `cargo xtask browser` sets it');
	const { origin } = new URL(link);
	await page.goto(link);
	await page.getByLabel('New password').fill(WORDS);
	await button(page, 'Choose this password').click();
	await page.getByText('Your password is set.').waitFor();

	const enter = async (path) => {
		await page.goto(`${origin}${path}`);
		await page.getByLabel('E-mail address').fill(`${size}@testshire.example`);
		await page.getByLabel('Password').fill(WORDS);
		await button(page, 'Sign in').click();
	};
	await enter('/dashboard/providers');
	await page.getByRole('heading', { level: 1, name: 'Set up your authenticator app' }).waitFor();
	await page.getByRole('img', { name: /QR code/ }).waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.id), 'code');
	await fit(page, 'setting up a second factor');
	const secret = (await page.locator('main code').innerText()).replaceAll(' ', '');
	await page.getByLabel('The code that the app shows now').fill('not a code');
	await button(page, 'Go on').click();
	await page.getByRole('alert').waitFor();
	await fit(page, 'a wrong code');
	await page.getByLabel('The code that the app shows now').fill(new TOTP({ secret: Secret.fromBase32(secret) }).generate());
	await button(page, 'Go on').click();
	await page.getByRole('heading', { level: 1, name: 'Keep your recovery codes' }).waitFor();
	const codes = await page.locator('main li code').allInnerTexts();
	assert.equal(new Set(codes).size, 10);
	await fit(page, 'recovery codes');
	const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Save them as a file' }).click()]);
	assert.equal(file.suggestedFilename(), 'waymark-recovery-codes.txt');
	await button(page, 'I have kept them: go on').click();
	await page.getByRole('heading', { level: 1, name: 'Providers' }).waitFor();
	await page.getByText('No provider is like that.').waitFor();
	await fit(page, 'a county without providers');

	await button(page, 'Sign out').click();
	await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
	await enter('/dashboard');
	await page.getByRole('heading', { level: 1, name: 'Enter your code' }).waitFor();
	await fit(page, 'asked for a code');
	await page.getByLabel('Code').fill(codes[0]);
	await button(page, 'Go on').click();
	await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
	await fit(page, 'an overview of nothing');
});
