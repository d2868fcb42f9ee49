// What a coordinator does: see who is not in order and why, review, drill down, and trust every figure.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { ask, fit, launch, open, pdf, signIn, visit } from './support.mjs';

describe('coordinator', () => {
	let browser, page, faults, refused;
	before(async () => {
		browser = await launch();
		({ page, faults } = await open(browser, 'desktop'));
		await signIn(page, 'coordinator');
	});
	after(() => browser.close());

	it('comes to the overview', async () => {
		await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
		await page.getByText(/\d+ of \d+ providers/).waitFor();
	});

	/** Asks the question that stands beside a figure, and gives the answer's count. */
	async function count(box) {
		await box.getByText('Query').first().click();
		const [query, variables = '{}'] = await box.locator('pre').allInnerTexts();
		const { data, errors } = await ask(page, query, JSON.parse(variables));
		assert.equal(errors, undefined, query);
		return Object.values(data)[0].totalCount;
	}

	it('finds every figure equal to the answer of its own query', async () => {
		await visit(page, '/dashboard?since=2026-01-01');
		const cards = page.locator('main ul > li.card', { has: page.locator('.value') });
		const figures = await cards.all();
		assert.equal(figures.length, 17);
		for (const card of figures) {
			const shown = Number((await card.locator('.value').innerText()).replaceAll(',', ''));
			assert.equal(shown, await count(card), await card.innerText());
		}
	});

	it('sees as many rows behind a figure as the figure says', async () => {
		for (const name of ['Documents that run out in 60 days', 'Documents waiting for review', 'Visits overdue', 'Visits planned', 'Reports in scrutiny', 'Placements running', 'Past their target end date', 'Reach it in 30 days']) {
			await visit(page, '/dashboard');
			const card = page.locator('li.card', { has: page.getByRole('link', { name, exact: true }) });
			const shown = Number((await card.locator('.value').innerText()).replaceAll(',', ''));
			await card.getByRole('link', { name, exact: true }).click();
			const status = page.locator('main p[role=status]');
			await status.waitFor();
			assert.equal(Number.parseInt((await status.innerText()).replaceAll(',', ''), 10), shown, name);
		}
	});

	it('keeps filters in the address', async () => {
		await visit(page, '/dashboard/providers');
		await page.getByLabel('In order').selectOption({ label: 'Not in order' });
		await page.getByLabel('Because of').selectOption({ label: 'A document' });
		await page.getByRole('button', { name: 'Show', exact: true }).click();
		await page.waitForURL(/reason=document/);
		const shown = await page.locator('main p[role=status]').innerText();
		await page.reload();
		await page.locator('main p[role=status]').waitFor();
		assert.equal(await page.locator('main p[role=status]').innerText(), shown);
		assert.equal(await page.getByLabel('Because of').inputValue(), 'document');
	});

	it('is one click from the evidence and from whom to ring', async () => {
		const row = page.getByRole('row').nth(1);
		assert.match((await row.getByRole('link', { name: /^0/ }).getAttribute('href')) ?? '', /^tel:\d+$/);
		const name = await row.getByRole('rowheader').getByRole('link').innerText();
		await row.getByRole('rowheader').getByRole('link').click();
		await page.getByRole('heading', { level: 1, name }).waitFor();
		await page.getByRole('heading', { name: 'Whom to ring' }).waitFor();
	});

	it('reads the same status as the provider', async () => {
		const other = await open(browser, 'phone');
		await signIn(other.page, 'provider');
		await visit(other.page, '/provider');
		const points = '.cards .card:has(strong) h3';
		const theirs = (await other.page.locator(points).allInnerTexts()).sort();
		const id = (await ask(other.page, '{ providers { edges { node { id } } } }')).data.providers.edges[0].node.id;
		await visit(page, `/dashboard/providers/${id}`);
		const ours = (await page.locator('main > ul.cards').first().locator('h3').allInnerTexts()).sort();
		assert.deepEqual(ours, theirs);
		await other.context.close();
	});

	it('refuses a document with words that the provider reads', async () => {
		const provider = await open(browser, 'desktop');
		await signIn(provider.page, 'provider');
		await visit(provider.page, '/provider/documents/send');
		await provider.page.getByLabel('Choose files').setInputFiles(pdf('Asbestos register'));
		await provider.page.getByLabel('What is it?').selectOption({ label: 'Asbestos register' });
		const title = `Asbestos register ${Date.now()}`;
		await provider.page.getByLabel('Title').fill(title);
		await provider.page.getByLabel('Date of issue').fill('2026-10-01');
		await provider.page.getByLabel('Last day it covers').fill('2029-09-30');
		await provider.page.getByRole('button', { name: 'Send 1 document' }).click();
		await provider.page.getByText('1 document sent.').waitFor({ timeout: 90_000 });
		await provider.page.getByRole('link', { name: `See ${title}` }).click();
		await provider.page.getByRole('heading', { level: 1, name: title }).waitFor();

		await visit(page, '/dashboard/expiring?within=review');
		const more = page.getByRole('button', { name: /^Show all/ });
		if (await more.count()) await more.click();
		await page.getByRole('link', { name: title }).click();
		await page.getByRole('button', { name: 'Refuse it…' }).click();
		await page.getByRole('button', { name: 'Refuse it', exact: true }).click();
		await page.getByRole('alert').waitFor();
		await fit(page, 'a review without words');
		await page.getByLabel('Why, and what should be sent instead?').fill('The register lists another building. Send yours.');
		await page.getByRole('button', { name: 'Refuse it', exact: true }).click();
		await page.getByText('Refused: The register lists another building.').waitFor();

		await provider.page.reload();
		await provider.page.getByText('Refused: The register lists another building. Send yours.').waitFor();
		refused = await provider.page.getByRole('link', { name: 'Send another one' }).getAttribute('href');
		assert.match(refused, /replaces=document:/);
		assert.deepEqual(provider.faults, []);
		await provider.context.close();
	});

	it('groups placements, drills down, and takes the rows away as a file', async () => {
		const { data } = await ask(page, '{ placements(where: { state: { eq: ACTIVE } }) { totalCount } }');
		await visit(page, '/dashboard/placements?by=year&measure=cost');
		const total = data.placements.totalCount;
		const table = page.getByRole('table', { name: 'Cost a week by year group' });
		const sums = (await table.getByRole('row').allInnerTexts()).slice(1).map((text) => Number(text.split('\t')[1]));
		assert.equal(sums.reduce((sum, number) => sum + number, 0), total);
		await page.locator('canvas').waitFor();
		const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /Download as CSV.*: Placements/ }).click()]);
		const text = await readFile(await download.path(), 'utf8');
		assert.ok(text.startsWith('\uFEFFPupil,Year,'), 'Excel would not know the letters');
		assert.equal(text.trim().split('\r\n').length, total + 1);
		const link = table.getByRole('link').first();
		const row = await table.getByRole('row').nth(1).innerText();
		await link.click();
		await page.waitForURL(/year=/);
		assert.equal(Number.parseInt(await page.locator('main p[role=status]').innerText(), 10), Number(row.split('\t')[1]));
	});

	it('prints on A4 without what is only for the screen', async () => {
		await visit(page, '/dashboard');
		await page.emulateMedia({ media: 'print' });
		assert.equal(await page.getByRole('navigation').filter({ visible: true }).count(), 0);
		assert.equal(await page.getByRole('button').filter({ visible: true }).count(), 0);
		const paper = await page.pdf({ format: 'A4' });
		const pages = paper.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
		assert.ok(pages >= 1 && pages <= 4, `the overview takes ${pages} pages`);
		await page.emulateMedia({ media: 'screen' });
	});

	it('runs every worked example', async () => {
		await visit(page, '/analyst');
		const cards = await page.locator('main ul.cards > li.card').all();
		assert.ok(cards.length >= 8);
		for (const card of cards) {
			await card.getByText('Query').first().click();
			const { errors } = await ask(page, await card.locator('pre').first().innerText());
			assert.equal(errors, undefined, await card.innerText());
		}
	});

	it('met no fault on the way', () => assert.deepEqual(faults, []));
});
