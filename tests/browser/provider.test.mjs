// What a provider does: see what is due, send documents, read a draft report, answer an action.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ADDRESS, ask, fit, launch, open, pdf, photograph, signIn, visit } from './support.mjs';

/** The insurance that is in force. */
const INSURANCE = `{ documentProofs(first: 1, where: {
	documentType: { code: { eq: "public_liability" } }, document: { state: { eq: ACCEPTED }, expiresOn: { gte: "${new Date().toISOString().slice(0, 10)}" } }
}) { edges { node { document { expiresOn } } } } }`;

/** A day, some days from another, or from today. */
const day = (days, from = new Date()) => new Date(new Date(from).getTime() + days * 86_400_000).toISOString().slice(0, 10);

describe('provider', () => {
	let browser, page, faults, context, ends;
	before(async () => {
		browser = await launch();
		({ page, faults, context } = await open(browser, 'phone'));
	});
	after(() => browser.close());

	it('is not signed in by a wrong password, and is told so', async () => {
		await page.goto(`${ADDRESS}/provider/documents`);
		await page.getByLabel('E-mail address').fill('provider@demo.example');
		await page.getByLabel('Password').fill('wrong');
		await page.getByRole('button', { name: 'Sign in' }).click();
		const alert = page.getByRole('alert');
		await alert.waitFor();
		assert.match(await alert.innerText(), /You are not signed in/);
		assert.ok(await alert.evaluate((element) => element === document.activeElement), 'the problem is not focused');
		await fit(page, 'the refused sign-in');
	});

	it('signs in and comes to the page that was asked for', async () => {
		await page.getByLabel('Password').fill('waymark-demo');
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.getByRole('heading', { level: 1, name: 'Documents' }).waitFor();
		assert.equal(new URL(page.url()).pathname, '/provider/documents');
		const cookies = await context.cookies();
		assert.ok(cookies.every(({ httpOnly }) => httpOnly), 'a script can read the session');
		assert.equal(await page.evaluate(() => localStorage.length), 0, 'something is kept in the browser');
	});

	it('sees what is due, the most urgent first', async () => {
		await visit(page, '/provider');
		await page.getByText('You are not in order today').waitFor();
		const tags = await page.getByRole('heading', { name: 'For you to do' }).locator('xpath=following-sibling::ul[1]/li').allInnerTexts();
		const wrong = tags.map((text) => text.includes('Not in order'));
		assert.ok(wrong.length > 1 && wrong.join() === [...wrong].sort().reverse().join(), 'what is wrong does not come first');
	});

	it('is told how to save a PDF before a Word file is sent', async () => {
		await visit(page, '/provider/documents/send');
		await page.getByLabel('Choose files').setInputFiles({ name: 'policy.docx', mimeType: 'application/msword', buffer: Buffer.from('not a pdf') });
		await page.getByText('This is a Word file. Save it as a PDF').waitFor();
		await page.getByText('Save As').waitFor();
		assert.equal(await page.getByRole('button', { name: /^Send \d/ }).count(), 0, 'a Word file can be sent');
		await fit(page, 'a Word file');
		await page.getByRole('button', { name: 'Take off' }).click();
	});

	it('sends two files at once, one of them for two requirements', async () => {
		await page.getByLabel('Choose files').setInputFiles([pdf('Combined liability'), pdf('Gas safety record')]);
		const cards = page.locator('form li.card');
		assert.equal(await cards.count(), 2);
		await page.getByRole('button', { name: 'Send 2 documents' }).click();
		await page.getByText('Say what it is.').first().waitFor();
		await fit(page, 'documents with questions unanswered');
		const [both, gas] = [cards.nth(0), cards.nth(1)];
		await both.getByLabel('What is it?').selectOption({ label: 'Public liability insurance' });
		await both.getByText('It proves something else too').click();
		await both.getByLabel("Employers' liability insurance").check();
		const { data } = await ask(page, INSURANCE);
		ends = data.documentProofs.edges[0].node.document.expiresOn;
		await both.getByLabel('Date of issue').fill(day(-2));
		await both.getByLabel('First day it covers').fill(day(1, ends));
		const suggested = await both.getByLabel('Last day it covers').inputValue();
		assert.ok(suggested > day(360, ends) && suggested < day(367, ends), `the suggested end is ${suggested}`);
		await both.getByLabel('Amount of cover').fill('5,000,000');
		await gas.getByLabel('What is it?').selectOption({ label: 'Gas safety record' });
		await gas.getByLabel('Date of issue').fill(day(-20));
		await gas.getByLabel('Last day it covers').fill(day(340));
		await page.getByRole('button', { name: 'Send 2 documents' }).click();
		await page.getByText('2 documents sent.').waitFor({ timeout: 90_000 });
		assert.equal(await page.getByText('Sent and checked').count(), 2);
		await fit(page, 'documents sent');
	});

	it('finds next year’s beside this year’s', async () => {
		await visit(page, '/provider/documents');
		const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Public liability insurance', exact: true }) });
		const links = row.getByRole('link', { name: /^until/ });
		const [present, next] = await links.allInnerTexts();
		assert.equal(Date.parse(`${present.slice(6)} UTC`), Date.parse(ends));
		assert.ok(Date.parse(`${next.slice(6)} UTC`) > Date.parse(ends));
		await links.nth(1).click();
		await page.getByRole('img', { name: /Public liability insurance, as sent/ }).waitFor();
		const facts = await page.locator('dl.facts').innerText();
		for (const type of [/Public liability insurance/, /Employers. liability insurance/]) assert.match(facts, type);
	});

	it('takes a document back', async () => {
		await page.getByRole('button', { name: 'Take it back' }).click();
		await page.getByText('Taken back').waitFor();
	});

	it('suggests an amendment to a finding, and sees it wait', async () => {
		await visit(page, '/provider/visits');
		await page.locator('li.card', { hasText: 'With the provider' }).getByRole('link').click();
		await page.getByText('This is a draft for you to check').waitFor();
		const finding = page.locator('li.card', { has: page.getByRole('button') }).nth(3);
		const code = (await finding.getByRole('heading').innerText()).split(':')[0];
		await page.getByRole('button', { name: new RegExp(`^Suggest an amendment\\s+to ${code}$`) }).click();
		await page.getByLabel('What should it say instead').fill('There is a third, gender-neutral toilet by the office.');
		await fit(page, 'a report with a suggestion being written');
		await page.getByRole('button', { name: 'Send the suggestion' }).click();
		await page.getByText('Your suggestion has been sent.').waitFor();
		assert.match(await page.locator('li.card', { hasText: `${code}:` }).innerText(), /Waiting for an answer/);
	});

	it('answers an action with evidence and reports it done', async () => {
		await visit(page, '/provider/actions');
		const first = page.locator('main ul.cards').first().getByRole('link').first();
		const area = await first.innerText();
		await first.click();
		await page.getByRole('heading', { level: 1, name: area }).waitFor();
		await page.getByLabel('Choose files').setInputFiles(await photograph(page, 'rota.jpg'));
		await page.getByText('rota.jpg: Sent and checked').waitFor({ timeout: 90_000 });
		await page.getByLabel('In your own words').fill('Named the deputy; every Monday.');
		await page.getByRole('button', { name: 'Report it done' }).click();
		await page.getByText('Named the deputy; every Monday.').waitFor();
		assert.equal(await page.getByRole('button', { name: 'Report it done' }).count(), 0);
		await fit(page, 'an action reported done');
	});

	it('adds a person and ends the role', async () => {
		const person = `Ffion Aider-Longname ${Date.now()}`;
		await visit(page, '/provider/people');
		await page.getByText('Add a person').click();
		await page.getByLabel('What the person does').selectOption({ label: 'First aider' });
		await page.getByLabel('Name', { exact: true }).fill(person);
		await page.getByLabel('E-mail').fill('ffion@ledmarsh.example');
		await page.getByRole('button', { name: 'Add the person' }).click();
		await page.getByText(`${person} has been added.`).waitFor();
		await page.getByRole('button', { name: new RegExp(`End this role.*${person}`) }).click();
		await page.getByText('no longer holds the role').waitFor();
		assert.equal(await page.getByRole('heading', { name: person }).count(), 0);
	});

	it('sees the pupils placed now, as many as the graph says', async () => {
		await visit(page, '/provider/pupils');
		const { data } = await ask(page, '{ placements(where: { state: { eq: ACTIVE } }) { totalCount } }');
		await page.getByText(`${data.placements.totalCount} pupils are placed with you now.`).waitFor();
	});

	it('does not find the commissioner’s pages', async () => {
		await visit(page, '/dashboard');
		await page.getByRole('heading', { level: 1, name: 'Not found' }).waitFor();
	});

	it('signs out, and the session is gone', async () => {
		await visit(page, '/provider');
		await page.getByRole('button', { name: 'Sign out' }).click();
		await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
		await page.goto(`${ADDRESS}/provider`);
		await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
	});

	it('met no fault on the way', () => assert.deepEqual(faults, []));
});
