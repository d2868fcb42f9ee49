// How the phone is locked and opened, beside the PIN that every visit begins with.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { act, serve } from './field-app.mjs';
import { fit, launch, open } from './support.mjs';

const PIN = '428517';
let browser, app;
before(async () => {
	app = await serve();
	browser = await launch();
});
after(async () => {
	await browser.close();
	app.end();
});

describe('a passkey', () => {
	it('opens the phone in place of the PIN, until a PIN is chosen again', async () => {
		const { page, context, faults } = await open(browser, 'phone');
		const cdp = await context.newCDPSession(page);
		await cdp.send('WebAuthn.enable');
		const options = { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, hasPrf: true };
		await cdp.send('WebAuthn.addVirtualAuthenticator', { options });
		await page.addInitScript(() => (globalThis.fieldScenario = 'open'));
		// A passkey is of a name, and an address is none.
		await page.goto(`${app.address.replace('127.0.0.1', 'localhost')}/field/phone`);
		await page.getByText('Use a passkey instead').click();
		await page.getByRole('button', { name: 'Use a passkey' }).click();
		await page.getByText('Your passkey opens this phone now').waitFor();
		await page.getByRole('button', { name: 'Lock now' }).click();
		await fit(page, 'a phone that a passkey opens');
		await page.getByText('Unlock with a PIN').click();
		await page.getByLabel('PIN', { exact: true }).fill(PIN);
		await page.getByRole('button', { name: 'Unlock', exact: true }).click();
		await page.getByText('This is not the PIN of this phone.').first().waitFor();
		await page.getByRole('button', { name: 'Unlock with your passkey' }).click();
		await page.getByRole('heading', { level: 1, name: 'This phone' }).waitFor();
		await page.getByText('Use a PIN again').click();
		await page.getByLabel('PIN', { exact: true }).fill('428518');
		await page.getByLabel('The same PIN again').fill('428518');
		await page.getByRole('button', { name: 'Use this PIN' }).click();
		await page.getByText('The PIN opens this phone now.').waitFor();
		await page.getByRole('button', { name: 'Lock now' }).click();
		await page.getByLabel('PIN', { exact: true }).fill('428518');
		await page.getByRole('button', { name: 'Unlock', exact: true }).click();
		await page.getByRole('heading', { level: 1, name: 'This phone' }).waitFor();
		assert.deepEqual(faults, []);
		await context.close();
	});
});

describe('left alone', () => {
	it('locks where nothing is unsent, and is only covered where something is', async () => {
		const { page, context } = await open(browser, 'phone');
		await page.clock.install();
		await page.addInitScript(() => (globalThis.fieldScenario = 'open'));
		await page.goto(`${app.address}/field`);
		await page.getByRole('heading', { level: 1, name: 'Your visits' }).waitFor();
		await page.clock.runFor(6 * 60_000);
		await page.getByRole('heading', { level: 1, name: 'Unlock your visits' }).waitFor();
		assert.equal((await act(page, 'status')).phase, 'locked');
		await page.getByLabel('PIN', { exact: true }).fill(PIN);
		await page.getByRole('button', { name: 'Unlock' }).click();
		await page.getByRole('heading', { level: 1, name: 'Your visits' }).waitFor();
		await act(page, 'answer', 'visit-1', 'standard-1a', { rating: 'rating-0', seen: '', action: '', answeredOn: null, nextOn: null, missingReason: null });
		await page.getByText('1 on this phone').waitFor();
		await page.clock.runFor(6 * 60_000);
		await page.getByText('What is waiting goes on being sent.').waitFor();
		assert.equal((await act(page, 'status')).phase, 'open');
		await context.close();
	});
});
