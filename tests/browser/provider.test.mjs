// What a provider does: see what is due, send documents, read a draft report, answer an action, keep people up to date.
import assert from 'node:assert/strict';
import { answer, as, change, day, journey, ownProvider } from './journey.mjs';
import { heard, kept, listen, press, through, to } from './keys.mjs';
import { ADDRESS, fit, noWider, PASSWORD, pdf, photograph, visit } from './support.mjs';

/** The insurance that is in force. */
const INSURANCE = `query($day: Date!) { documentProofs(first: 1, where: {
	documentType: { code: { eq: "public_liability" } }, document: { state: { eq: ACCEPTED }, startsOn: { lte: $day }, expiresOn: { gte: $day } }
}) { edges { node { document { expiresOn } } } } }`;

journey('sees what is due, the most urgent first', 'provider', async ({ page }) => {
	await visit(page, '/provider');
	await page.getByText('You are not in order today').waitFor();
	const cards = await page.getByRole('heading', { name: 'For you to do' }).locator('xpath=following-sibling::ul[1]/li').allInnerTexts();
	const wrong = cards.map((text) => text.includes('Not in order'));
	assert.ok(wrong.length > 1 && wrong.join() === [...wrong].sort().reverse().join(), 'what is wrong does not come first');
});

journey('is told how to save a PDF before a Word file is sent', 'provider', async ({ page }) => {
	await visit(page, '/provider/documents/send');
	await page.getByLabel('Choose files').setInputFiles({ name: 'policy.docx', mimeType: 'application/msword', buffer: Buffer.from('not a pdf') });
	await page.getByText('This is a Word file. Save it as a PDF').waitFor();
	await page.getByText('Save As').waitFor();
	assert.equal(await page.getByRole('button', { name: /^Send \d/ }).count(), 0, 'a Word file can be sent');
	await fit(page, 'a Word file');
	await page.getByRole('button', { name: 'Take off' }).click();
	assert.equal(await page.locator('form li.card').count(), 0);
});

journey('drops files, and each is answered for itself', 'provider', async ({ page }) => {
	await visit(page, '/provider/documents/send');
	const data = await page.evaluateHandle(() => {
		const files = new DataTransfer();
		files.items.add(new File(['%PDF-1.4'], 'rota.pdf', { type: 'application/pdf' }));
		files.items.add(new File([], 'nothing.pdf', { type: 'application/pdf' }));
		files.items.add(new File(['x'], 'IMG_1.HEIC', { type: 'image/heic' }));
		return files;
	});
	await page.getByRole('group', { name: 'Add files' }).dispatchEvent('drop', { dataTransfer: data });
	await page.getByText('The file is empty.').waitFor();
	await page.getByText('This is an iPhone HEIC picture.').waitFor();
	await page.getByRole('button', { name: 'Send 1 document' }).waitFor();
	await fit(page, 'files dropped');
});

journey('sends two files at once, one of them for two requirements, finds it beside this year’s, and takes it back', 'provider', async ({ page }) => {
	await visit(page, '/provider/documents/send');
	await page.getByLabel('Choose files').setInputFiles([pdf('Combined liability'), pdf('Gas safety record')]);
	const cards = page.locator('form li.card');
	assert.equal(await cards.count(), 2);
	assert.match(await cards.nth(0).getByRole('link', { name: /^Look at it/ }).getAttribute('href'), /^blob:/, 'it cannot be looked at before it is sent');
	await page.getByRole('button', { name: 'Send 2 documents' }).click();
	await page.getByText('Say what it is.').first().waitFor();
	await fit(page, 'documents with questions unanswered');
	const [both, gas] = [cards.nth(0), cards.nth(1)];
	await both.getByLabel('What is it?').selectOption({ label: 'Public liability insurance' });
	await both.getByText('It proves something else too').click();
	await both.getByLabel("Employers' liability insurance").check();
	const { documentProofs } = await answer(page, INSURANCE, { day: day(0) });
	const ends = documentProofs.edges[0].node.document.expiresOn;
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

	await visit(page, '/provider/documents');
	const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Public liability insurance', exact: true }) });
	const links = row.getByRole('link', { name: /^until/ });
	const [present, next] = await links.allInnerTexts();
	assert.equal(Date.parse(`${present.slice(6)} UTC`), Date.parse(ends));
	assert.ok(Date.parse(`${next.slice(6)} UTC`) > Date.parse(ends));
	await links.nth(1).click();
	await page.getByRole('heading', { name: 'The file' }).waitFor();
	const facts = await page.locator('dl.facts').innerText();
	for (const type of [/Public liability insurance/, /Employers. liability insurance/]) assert.match(facts, type);
	await page.getByRole('button', { name: 'Take it back' }).click();
	await page.getByText('Taken back').waitFor();
});

journey('reads why a document was refused, and sends another in its place', 'provider', async ({ page }) => {
	const { documents } = await answer(page, '{ documents(first: 1, where: { state: { eq: REFUSED } }) { edges { node { id title reviewReason } } } }');
	const { id, title, reviewReason } = documents.edges[0].node;
	await visit(page, `/provider/documents/${id}`);
	await page.getByText(`Refused: ${reviewReason}`).waitFor();
	await page.getByRole('link', { name: 'Send another one' }).click();
	await page.getByText('In the place of the refused one').waitFor();
	await page.getByLabel('Choose files').setInputFiles(pdf('Another try'));
	assert.equal(await page.getByLabel('Title').inputValue(), title, 'what is known is asked again');
	assert.notEqual(await page.getByLabel('What is it?').inputValue(), '');
	await fit(page, 'another try');
});

journey('suggests an amendment, and sees what became of it', 'provider', async ({ page }) => {
	await visit(page, '/provider/visits');
	await page.locator('li.card', { hasText: /With the provider|Amendments suggested/ }).getByRole('link').first().click();
	await page.getByText('This is a draft for you to check').waitFor();
	const finding = page.locator('li.card', { has: page.getByRole('button', { name: /^Suggest an amendment/ }), hasNotText: 'Suggested amendment' }).first();
	const code = (await finding.getByRole('heading').innerText()).split(':')[0];
	const words = `There is a third toilet by the office (${Date.now()}).`;
	await finding.getByRole('button', { name: /^Suggest an amendment/ }).click();
	await page.getByLabel('What should it say instead').fill(words);
	await fit(page, 'a report with a suggestion being written');
	await page.getByRole('button', { name: 'Send the suggestion' }).click();
	await page.getByText('Your suggestion has been sent.').waitFor();
	const card = page.locator('li.card', { hasText: `${code}:` });
	assert.match(await card.innerText(), /Waiting for an answer/);
	await as('officer', async (officer) => {
		const { amendments } = await answer(officer, 'query($words: String!) { amendments(first: 1, where: { suggestion: { eq: $words } }) { edges { node { id } } } }', { words });
		await change(officer, 'decideAmendment', { amendmentId: amendments.edges[0].node.id, accept: false, reason: 'We counted two.' }, 'amendment { id }');
	});
	await page.reload();
	await card.getByText('We counted two.').waitFor();
	assert.match(await card.innerText(), /Declined/);
	await visit(page, '/provider');
	const told = page.getByRole('region', { name: /^Answered in the past/ }).locator('li', { hasText: `to ${code}` }).first();
	assert.match(await told.innerText(), /Declined[\s\S]*We counted two\./);
	await fit(page, 'what was answered');
});

journey('is suggested when a certificate ends, from the date that it bears, and may say otherwise', 'provider', async ({ page }) => {
	await visit(page, '/provider/documents/send');
	await page.getByLabel('Choose files').setInputFiles(pdf('Liability'));
	await page.getByLabel('What is it?').selectOption({ label: 'Public liability insurance' });
	await page.getByLabel('Date of issue').fill('2026-10-01');
	const end = page.getByLabel('Last day it covers');
	assert.equal(await end.inputValue(), '2027-09-30');
	await page.getByLabel('First day it covers').fill('2026-11-01');
	assert.equal(await end.inputValue(), '2027-10-31', 'the suggestion does not follow');
	await end.fill('2027-06-30');
	await page.getByLabel('First day it covers').fill('2026-12-01');
	assert.equal(await end.inputValue(), '2027-06-30', 'what the person wrote is written over');
});

journey('finds a document whose file never arrived, and sends that file after all', 'provider', async ({ page }) => {
	const name = `Fire log ${Date.now()}`;
	const [file, other] = [pdf(name), pdf('Something else')];
	await visit(page, '/provider/documents/send');
	await page.getByLabel('Choose files').setInputFiles(file);
	await page.getByLabel('What is it?').selectOption({ label: 'Annual report' });
	await page.getByLabel('Title').fill(name);
	await page.getByLabel('Date of issue').fill(day(-3));
	await page.getByLabel('Last day it covers').fill(day(200));
	await page.route('**/uploads', (route) => route.abort());
	await page.getByRole('button', { name: 'Send 1 document' }).click();
	await page.getByText('The connection broke.').waitFor({ timeout: 60_000 });
	await page.unroute('**/uploads');

	await visit(page, '/provider/documents');
	const row = page.getByRole('region', { name: 'Everything you have sent' }).getByRole('row').filter({ hasText: name });
	assert.match(await row.innerText(), /Not arrived whole/);
	await row.getByRole('link', { name }).click();
	await page.getByText('The file has not arrived whole.').waitFor();
	await fit(page, 'a document without its file');
	await page.getByLabel('Choose a file').setInputFiles(other);
	await page.getByRole('alert').getByText('This is another file.').waitFor();
	await page.getByLabel('Choose a file').setInputFiles(file);
	await page.getByText('The file has not arrived whole.').waitFor({ state: 'detached', timeout: 90_000 });
	assert.doesNotMatch(await page.locator('main').innerText(), /arrived whole/);
	await page.getByRole('button', { name: 'Take it back' }).click();
	await page.getByText('Taken back').first().waitFor();
});

journey('answers an action with evidence and reports it done', 'provider', async ({ page }) => {
	const provider = await ownProvider(page);
	const area = `Deputy safeguarding lead ${Date.now()}`;
	const plan = { providerId: provider.id, area, action: 'Name a deputy for every day.', owner: 'Head of centre', dueOn: day(20), rag: 'AMBER' };
	await as('officer', (officer) => change(officer, 'createImprovementAction', plan, 'improvementAction { id }'));
	await visit(page, '/provider/actions');
	await page.getByRole('link', { name: area }).click();
	await page.getByRole('heading', { level: 1, name: area }).waitFor();
	await page.getByLabel('Choose files').setInputFiles(await photograph(page, 'rota.jpg'));
	await page.getByText('rota.jpg: Sent and checked').waitFor({ timeout: 90_000 });
	await page.getByLabel('In your own words').fill('Named the deputy; every Monday.');
	await page.getByRole('button', { name: 'Report it done' }).click();
	await page.getByText('Named the deputy; every Monday.').waitFor();
	assert.equal(await page.getByRole('button', { name: 'Report it done' }).count(), 0);
	await fit(page, 'an action reported done');
});

journey('adds a person and a site, and ends both', 'provider', async ({ page }) => {
	const person = `Ffion Aider-Longname ${Date.now()}`;
	const site = `Boat shed ${Date.now()}`;
	await visit(page, '/provider/people');
	await page.getByText('Add a person').click();
	await page.getByLabel('What the person does').selectOption({ label: 'First aider' });
	await page.getByLabel('Name', { exact: true }).fill(person);
	await page.locator('form', { has: page.getByLabel('What the person does') }).getByLabel('E-mail').fill('ffion@ledmarsh.example');
	await page.getByRole('button', { name: 'Add the person' }).click();
	await page.getByText(`${person} has been added.`).waitFor();
	await page.getByRole('button', { name: new RegExp(`End this role.*${person}`) }).click();
	await page.getByText('no longer holds the role').waitFor();
	assert.equal(await page.getByRole('heading', { name: person }).count(), 0);

	await page.getByText('Add a site').click();
	await page.getByLabel('Name of the site').fill(site);
	await page.getByLabel('Address in one line').fill('Lock Lane, Ledmarsh');
	await page.getByLabel('Postcode').fill('nonsense');
	await page.getByRole('button', { name: 'Add the site' }).click();
	await page.getByRole('alert').waitFor();
	await page.getByLabel('Postcode').fill('FE1 2AB');
	await page.getByRole('button', { name: 'Add the site' }).click();
	await page.getByText(`${site} has been added.`).waitFor();
	await fit(page, 'people and sites');
	await page.getByRole('button', { name: new RegExp(`Close this site.*${site}`) }).click();
	await page.getByRole('button', { name: `Close ${site}`, exact: true }).click();
	await page.getByText(`${site} is closed, from today.`).waitFor();
	assert.equal(await page.getByRole('heading', { name: site }).count(), 0);
});

journey('changes how it is reached', 'provider', async ({ page, size }) => {
	await visit(page, '/provider/people');
	await page.getByText('Change these').click();
	const form = page.locator('form', { has: page.getByLabel('Website') });
	await form.getByLabel('Website').fill('not a website');
	await form.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('alert').waitFor();
	await fit(page, 'a website that is none');
	const website = `https://${size}.provider.example`;
	await form.getByLabel('Website').fill(website);
	await form.getByRole('button', { name: 'Save' }).click();
	await page.getByText('Your details have been changed.').waitFor();
	await page.getByRole('definition').filter({ hasText: website }).waitFor();
});

journey('sees the pupils placed now, as many as the graph says', 'provider', async ({ page }) => {
	await visit(page, '/provider/pupils');
	const { placements } = await answer(page, '{ placements(where: { state: { eq: ACTIVE } }) { totalCount } }');
	await page.getByText(`${placements.totalCount} pupils are placed with you now.`).waitFor();
	await page.getByRole('heading', { name: 'Monday' }).waitFor();
});

journey('does not find the commissioner’s pages', 'provider', async ({ page }) => {
	await visit(page, '/dashboard');
	await page.getByRole('heading', { level: 1, name: 'Not found' }).waitFor();
});

/** Goes to a page of the portal by the keyboard. */
async function goTo(page, name) {
	const menu = page.getByRole('button', { name: /^Menu/ });
	if (await menu.isVisible()) await press(page, menu);
	await press(page, page.getByRole('navigation', { name: 'Provider portal' }).getByRole('link', { name, exact: true }));
	await page.getByRole('heading', { level: 1, name }).waitFor();
	await noWider(page, name);
}

/** Writes a day into the box that has the focus: one that reads the same whether day or month is asked for first. */
const write = (page, both, year) => page.keyboard.type(`${both}${both}${year}`);

journey('signs in, sends a certificate and answers a draft report by the keyboard alone', null, async ({ page, size }) => {
	await listen(page);
	// Choosers are caught from here on: asked for only with the key, the page may be pressed before the browser knows of it.
	page.on('filechooser', () => {});
	await page.goto(`${ADDRESS}/provider`);
	await page.getByLabel('E-mail address').waitFor();
	await noWider(page, 'sign-in');
	await to(page, page.getByLabel('E-mail address'));
	await page.keyboard.type('provider@demo.example');
	await to(page, page.getByLabel('Password'));
	await page.keyboard.type(PASSWORD);
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { level: 1, name: 'What is due' }).waitFor();
	await noWider(page, 'what is due');

	await goTo(page, 'Documents');
	await press(page, page.getByRole('link', { name: 'Send documents' }));
	await page.getByRole('heading', { level: 1, name: 'Send documents' }).waitFor();
	const title = `Fire risk assessment, ${size} ${Date.now()}`;
	const choose = async (file) => {
		await to(page, page.getByLabel('Choose files'));
		const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')]);
		await chooser.setFiles(file);
	};
	await choose({ name: 'policy.docx', mimeType: 'application/msword', buffer: Buffer.from('not a pdf') });
	await heard(page, /This is a Word file/);
	await press(page, page.getByRole('button', { name: /^Take off ?: policy/ }));
	await page.locator('form li.card').waitFor({ state: 'detached' });
	await kept(page, 'a file taken off');
	await choose(pdf('Fire risk assessment'));
	await heard(page, /^1 file chosen/);
	const send = page.getByRole('button', { name: 'Send 1 document' });
	await press(page, send);
	assert.ok(await page.getByLabel('What is it?').evaluate((box) => box === document.activeElement), 'what is missing has not the focus');
	await page.keyboard.type('Fire risk');
	await to(page, page.getByLabel('Title'));
	await page.keyboard.press('Control+A');
	await page.keyboard.type(title);
	await to(page, page.getByLabel('Date of issue'));
	await write(page, '01', new Date().getFullYear());
	await to(page, page.getByLabel('Last day it covers'));
	await write(page, '12', new Date().getFullYear() + 1);
	await noWider(page, 'the questions about a file');
	await page.route('**/uploads', (route) => route.abort());
	await press(page, send);
	await heard(page, /fire-risk-assessment\.pdf: Stopped\. The connection broke/);
	await page.unroute('**/uploads');
	await press(page, page.getByRole('button', { name: 'Try again' }));
	await heard(page, /fire-risk-assessment\.pdf: Sent and checked/);
	await heard(page, /^1 document sent/);
	await kept(page, 'a document sent');
	await fit(page, 'a document sent by the keyboard');
	await press(page, page.getByRole('link', { name: `See ${title}` }));
	await page.getByRole('heading', { level: 1, name: title }).waitFor();
	await press(page, page.getByRole('button', { name: 'Take it back' }));
	await heard(page, /You have taken it back/);
	await kept(page, 'a document taken back');

	await goTo(page, 'Visits and reports');
	await press(page, page.locator('li.card', { hasText: /With the provider|Amendments suggested/ }).getByRole('link'));
	await page.getByText('This is a draft for you to check').waitFor();
	await noWider(page, 'a draft report');
	const finding = page.locator('li.card', { has: page.getByRole('button', { name: /^Suggest an amendment/ }), hasNotText: 'Suggested amendment' }).first();
	const code = (await finding.getByRole('heading').innerText()).split(':')[0];
	const card = page.locator('li.card', { hasText: `${code}:` });
	const suggest = card.getByRole('button', { name: /^Suggest an amendment/ });
	const box = page.getByLabel('What should it say instead');
	await press(page, suggest);
	await to(page, card.getByRole('button', { name: 'Cancel' }));
	await page.keyboard.press('Enter');
	await page.waitForFunction((id) => document.activeElement?.id === id, await suggest.getAttribute('id'));
	await page.keyboard.press('Enter');
	await to(page, box);
	await press(page, page.getByRole('button', { name: 'Send the suggestion' }));
	await page.getByRole('alert').waitFor();
	await kept(page, 'a suggestion without words');
	await to(page, box);
	await page.keyboard.type('The gate has been mended since.');
	await press(page, page.getByRole('button', { name: 'Send the suggestion' }));
	await heard(page, /Your suggestion has been sent/);
	await card.getByText('The gate has been mended since.').waitFor();
	assert.ok(await card.evaluate((card) => card.contains(document.activeElement)), 'the focus left the finding');
	await fit(page, 'a report answered by the keyboard');
}, ['desktop', 'zoomed', 'narrow']);

journey('comes through every page by Tab, in order, seeing where the focus is', 'provider', async ({ page, size }) => {
	const { visits } = await answer(page, '{ visits(first: 1, where: { reportState: { in: [WITH_PROVIDER, AMENDMENTS_SUGGESTED] } }) { edges { node { id } } } }');
	let stops = 0;
	for (const path of ['', '/documents', '/documents/send', '/visits', `/visits/${visits.edges[0].node.id}`, '/actions', '/pupils', '/people']) {
		await visit(page, `/provider${path}`);
		stops += await through(page, `/provider${path}, ${size}`);
	}
	assert.ok(stops > 100, `${stops} stops`);
}, ['desktop', 'zoomed', 'narrow']);
