// What an analyst does: begins with a worked example, asks a question of one's own, and takes its rows out as data.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { answer, enter, journey } from './journey.mjs';
import { ADDRESS, fit, visit } from './support.mjs';

/** The query beside an example, with its variables, as a person would copy it. */
async function questionOf(card) {
	await card.getByText('Query').first().click();
	const [query, variables = '{}'] = await card.locator('pre').allInnerTexts();
	return { query, variables: JSON.parse(variables) };
}

/** Asks for a question's rows as data. */
const extract = (page, accept, data) => page.context().request.post(`${ADDRESS}/graphql`, { headers: { 'x-waymark-request': 'test', accept }, data });

/** Takes what is in the boxes as a file of a form. */
async function taken(page, form) {
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: new RegExp(`^${form}`) }).click()]);
	await page.getByText('is in your downloads').waitFor();
	return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

const PROVIDERS = '{ providers(orderBy: [{ field: NAME }]) { totalCount edges { node { name kind registered capacity } } } }';

journey('runs every worked example, and takes each as data', 'coordinator', async ({ page }) => {
	await visit(page, '/analyst');
	const cards = await page.locator('main ul.cards > li.card', { has: page.locator('details') }).all();
	assert.ok(cards.length >= 20, `${cards.length} examples`);
	for (const card of cards) {
		const question = await questionOf(card);
		const said = await answer(page, question.query, question.variables);
		assert.equal(Object.keys(said).length, 1);
		const file = await extract(page, 'text/csv', question);
		assert.equal(file.status(), 200, `${question.query}: ${await file.text()}`);
		const dictionary = await (await extract(page, 'application/csvm+json', question)).json();
		const columns = dictionary.tableSchema.columns.map(({ name }) => name);
		assert.equal((await file.text()).split('\r\n')[0], `\uFEFF${columns.join(',')}`);
	}
}, ['desktop']);

journey('changes an example, asks it, and reads the answer as a table', 'coordinator', async ({ page }) => {
	await visit(page, '/analyst');
	const card = page.locator('li.card', { hasText: 'How does each provider stand on the approved list?' });
	await card.getByText('Query').first().click();
	await card.getByRole('link', { name: 'Run it on the query page' }).click();
	await page.getByRole('heading', { level: 1, name: 'Ask a question' }).waitFor();
	const box = page.getByLabel('Question');
	await box.fill((await box.inputValue()).replace('first: 100', 'first: 3'));
	await page.getByText(/^It may cost \d+ of 50,000\./).waitFor();
	await box.press('Control+Enter');
	await page.getByText(/^3 rows, of \d+ in the list$/).waitFor();
	const table = page.getByRole('region', { name: 'Answer' }).getByRole('table');
	assert.deepEqual(await table.locator('thead th').allTextContents(), ['state', 'reason', 'startsOn', 'provider_name', 'provider_kind']);
	assert.equal(await table.locator('tbody tr').count(), 3);
	await fit(page, 'an answer');
	const link = await page.getByRole('link', { name: 'Link to this question' }).getAttribute('href');
	assert.match(link, /^\/analyst\/query#query=/, 'the question stands where servers’ logs see it');
	await visit(page, link);
	assert.match(await page.getByLabel('Question').inputValue(), /first: 3/);
});

journey('takes the same rows in every form', 'coordinator', async ({ page }) => {
	await visit(page, `/analyst/query#${new URLSearchParams({ query: PROVIDERS })}`);
	const { providers } = await answer(page, PROVIDERS);
	const day = new Date().toISOString().slice(0, 10);

	const csv = await taken(page, 'CSV');
	assert.equal(csv.name, `providers-${day}.csv`);
	const lines = csv.bytes.toString().trimEnd().split('\r\n');
	assert.equal(lines[0], '\uFEFFname,kind,registered,capacity');
	assert.equal(lines.length, providers.totalCount + 1, 'more than one page of the list');
	await page.getByText(`${providers.totalCount} rows`).waitFor();

	const objects = (await taken(page, 'NDJSON')).bytes.toString().trim().split('\n').map((line) => JSON.parse(line));
	assert.deepEqual(objects[0], providers.edges[0].node);
	assert.equal(objects.length, providers.totalCount);

	const parquet = await taken(page, 'Parquet');
	assert.equal(parquet.name, `providers-${day}.parquet`);
	assert.equal(parquet.bytes.subarray(0, 4).toString() + parquet.bytes.subarray(-4).toString(), 'PAR1PAR1');

	const dictionary = JSON.parse((await taken(page, 'Data dictionary')).bytes.toString());
	assert.deepEqual(dictionary.tableSchema.columns.map(({ name }) => name), ['name', 'kind', 'registered', 'capacity']);
	await fit(page, 'a file taken out');
});

journey('is told why a question gives no file, and what to do', 'coordinator', async ({ page }) => {
	const cases = [
		['{ providers { edges { node { name sites { edges { node { name } } } contacts { edges { node { name } } } } } } }', 'It cannot be asked like this.', /contacts.*in a query of its own/],
		['{ providers { edges { node { nam } } } }', 'does not fit what is there to be asked.', /its type does not have.*line 1/],
		['{ providers { totalCount } }', 'It cannot be asked like this.', /rows|columns/],
	];
	for (const [query, title, words] of cases) {
		await visit(page, '/analyst');
		await visit(page, `/analyst/query#${new URLSearchParams({ query })}`);
		await page.getByRole('button', { name: /^CSV/ }).click();
		const alert = page.getByRole('alert');
		await alert.waitFor();
		const said = await alert.innerText();
		assert.ok(said.includes(title), said);
		assert.match(said, words);
	}
	await fit(page, 'no file');
	await page.getByLabel('Question').fill('{ providers {');
	await page.getByText(/^Line 1:/).waitFor();
	await page.getByLabel('Variables, as JSON').fill('day: today');
	await page.getByText('This is no JSON object').waitFor();
	assert.ok(await page.getByRole('button', { name: /^CSV/ }).isDisabled());
	await fit(page, 'a question that cannot be read');
});

journey('is told when the line breaks while a file comes', 'coordinator', async ({ page }) => {
	await visit(page, `/analyst/query#${new URLSearchParams({ query: PROVIDERS })}`);
	await page.route('**/graphql', (route) => route.abort());
	await page.getByRole('button', { name: /^Parquet/ }).click();
	await page.getByRole('alert').getByText('The server cannot be reached.').waitFor();
	await page.unroute('**/graphql');
	await taken(page, 'Parquet');
	assert.equal(await page.getByRole('alert').count(), 0);
}, ['desktop']);

/** A list below a list: so many rows of each, and so many fields. */
const wide = (first, second, fields) =>
	`{ providers(first: ${first}) { edges { node { id visits(first: ${second}) { edges { node { ${['id', 'purpose', 'state', 'plannedFor', 'reportState'].slice(0, fields).join(' ')} } } } } } } }`;

journey('sees what a question may cost, as the server weighs it', 'coordinator', async ({ page }) => {
	await visit(page, '/analyst/query');
	// One row more tips each over the limit: the page and the server must agree on which.
	for (const [fits, over] of [[wide(100, 99, 3), wide(100, 100, 3)], [wide(84, 84, 5), wide(85, 85, 5)]]) {
		for (const query of [fits, over]) {
			const [estimate] = await Promise.all([page.waitForResponse((response) => response.request().postDataJSON()?.variables?.query === query), page.getByLabel('Question').fill(query)]);
			const { cost } = (await estimate.json()).data.estimate;
			assert.equal(cost > 50_000, query === over);
			await page.getByText(`It may cost ${cost.toLocaleString('en-GB')} of 50,000.`).waitFor();
			assert.equal(await page.getByText('Ask for smaller pages or fewer fields.').count(), query === over ? 1 : 0, query);
			const { errors = [] } = await (await extract(page, 'application/graphql-response+json', { query })).json();
			assert.deepEqual(errors.map(({ extensions }) => extensions.code), query === over ? ['LIMIT_COMPLEXITY'] : [], query);
		}
	}
}, ['desktop']);

journey('counts pupils and sees none, and is told so', 'analyst', async ({ page }) => {
	await visit(page, '/analyst');
	const card = page.locator('li.card', { hasText: 'In which settings is each pupil now?' });
	await card.getByText('Not for your role').waitFor();
	const { query, variables } = await questionOf(card);
	const refused = await extract(page, 'text/csv', { query, variables });
	assert.equal((await refused.json()).errors[0].extensions.code, 'COUNT_ONLY');
	const others = await page.locator('li.card', { has: page.locator('details'), hasNotText: 'Not for your role' }).all();
	assert.ok(others.length >= 10);
	for (const other of others) {
		const question = await questionOf(other);
		assert.equal((await extract(page, 'text/csv', question)).status(), 200, question.query);
	}
	await card.getByRole('link', { name: 'Run it on the query page' }).click();
	await page.getByRole('button', { name: /^CSV/ }).click();
	await page.getByRole('alert').getByText('You may count these records, and not see them.').waitFor();
	await fit(page, 'what may only be counted');
});

journey('keeps a question, shares it, changes it, and puts an earlier version back', 'coordinator', async ({ page }) => {
	const name = `Who can take twenty ${Date.now()}`;
	const later = 'query { providers(first: 5, where: { capacity: { gte: 25 } }) { totalCount edges { node { name capacity } } } }';
	await visit(page, `/analyst/query#${new URLSearchParams({ query: later.replace('25', '20') })}`);
	await page.getByText('Keep this question under a name').click();
	await page.getByRole('button', { name: 'Keep it' }).click();
	await page.getByRole('alert').waitFor();
	await fit(page, 'a question without a name');
	await page.getByLabel('Name').fill(name);
	await page.getByRole('button', { name: 'Keep it' }).click();
	await page.getByRole('heading', { name }).waitFor();
	await page.getByText('Share it').click();
	await page.getByLabel('Who reads it beside you?').selectOption({ label: 'Officers, coordinators, visitors and analysts' });
	await page.getByRole('button', { name: 'Change who reads it' }).click();
	await page.getByText('Who reads it has been changed.').waitFor();
	await page.getByLabel('Question').fill(later);
	await page.getByText('Save what stands above as version 2').click();
	await page.getByLabel('What has changed?').fill('Twenty-five');
	await page.getByRole('button', { name: 'Save the version' }).click();
	await page.getByText('Version 2 is kept').waitFor();
	await fit(page, 'a question that is kept');
	const address = page.url();

	const reader = await enter('analyst');
	await visit(reader.page, '/analyst');
	await reader.page.getByRole('link', { name }).click();
	await reader.page.getByText('Keep it under a name of your own').waitFor();
	assert.equal(await reader.page.getByLabel('Question').inputValue(), later);
	assert.equal(await reader.page.getByText('Rename it').count(), 0, 'somebody else’s question can be changed');
	await reader.context.close();

	await page.goto(address);
	await page.getByText('Earlier versions').click();
	await page.getByRole('button', { name: /version 1$/ }).click();
	assert.match(await page.getByLabel('Question').inputValue(), /gte: 20/);
	await page.getByText('Rename it, or take it out of use').click();
	await page.getByRole('button', { name: 'Take it out of use' }).click();
	await page.getByRole('heading', { level: 1, name: 'Ask the graph' }).waitFor();
	assert.equal(await page.getByRole('link', { name }).count(), 0);
});

journey('counts placements by what is chosen, and takes the groups as data', 'coordinator', async ({ page }) => {
	await visit(page, '/analyst');
	await page.getByRole('main').getByRole('link', { name: 'Count and compare' }).click();
	await page.getByRole('table', { name: 'Providers: how many by kind' }).waitFor();
	await page.locator('select[name=of]').selectOption({ label: 'Placements' });
	await page.getByRole('button', { name: 'Show', exact: true }).click();
	await page.waitForURL(/of=placements/);
	await page.locator('select[name=by]').selectOption({ label: 'Provider kind' });
	await page.locator('select[name=and]').selectOption({ label: 'State' });
	await page.locator('select[name=measure]').selectOption({ label: 'Sum of weekly minutes' });
	await page.getByRole('button', { name: 'Show', exact: true }).click();
	const table = page.getByRole('table', { name: 'Placements: sum of weekly minutes by provider kind and state' });
	await table.waitFor();
	const { placementsAggregate } = await answer(page, '{ placementsAggregate(groupBy: [PROVIDER_KIND, STATE]) { rows { sum { weeklyMinutes } } } }');
	const wanted = placementsAggregate.rows.map(({ sum }) => sum.weeklyMinutes);
	const more = page.getByRole('button', { name: /^Show all/ });
	if (await more.count()) await more.click();
	const shown = await table.locator('tbody tr').evaluateAll((lines) => lines.map(({ cells }) => cells[2].innerText));
	assert.deepEqual(shown.map((text) => (text === 'none' ? null : Number(text.replaceAll(',', '')))), wanted);
	await fit(page, 'figures by groups');
	const file = await taken(page, 'CSV');
	const lines = file.bytes.toString().trim().split('\r\n');
	assert.equal(lines[0], 'exact,asAt,provider_kind,provider_kind_label,state,state_label,sum_weeklyMinutes');
	assert.equal(lines.length, wanted.length + 1);
});

journey('counts pupils near the truth, and reads why something is not told', 'analyst', async ({ page }) => {
	await visit(page, '/analyst/figures?of=pupils&by=YEAR_GROUP');
	await page.getByText('each figure was moved a little').waitFor();
	await page.getByRole('table', { name: 'Pupils: how many by year group' }).waitFor();
	await fit(page, 'figures that are near the truth');
	await visit(page, '/analyst/figures?of=placements&by=STARTS_ON_MONTH&measure=count');
	await page.getByText('You may count these records, and not see them.').waitFor();
	await fit(page, 'figures that are not told');
});
