// Every figure of the dashboard equals the answer of the query that stands beside it, and the rows behind it.
import assert from 'node:assert/strict';
import { answer, day, journey } from './journey.mjs';
import { ADDRESS, fit, visit } from './support.mjs';

const number = (text) => Number(text.replaceAll(',', '').match(/\d+/)?.[0]);
const heading = (name) => `//h2[normalize-space()="${name}"]`;

/** The query beside a figure, with its variables, as a person would copy it. */
async function questionOf(box) {
	await box.getByText('Query').first().click();
	const [query, variables = '{}'] = await box.locator('pre').allInnerTexts();
	return { query, variables: JSON.parse(variables) };
}

/** All rows of the only connection of a query. */
async function everyRow(page, { query, variables }) {
	const rows = [];
	let pages = 0;
	for (let after = null; after !== undefined; pages += 1) {
		const [{ edges, pageInfo }] = Object.values(await answer(page, query, { ...variables, after }));
		rows.push(...edges.map(({ node }) => node));
		after = pageInfo.hasNextPage ? pageInfo.endCursor : undefined;
	}
	return { rows, pages };
}

/** Holds every figure on the page that counts rows against its query; answers how many there are. */
async function compare(page) {
	const figures = await page.locator('main ul > li.card', { has: page.locator('.value') }).all();
	let counted = 0;
	for (const card of figures) {
		const question = await questionOf(card);
		if (!question.query.includes('totalCount }\n}') && question.query.includes('pageInfo')) continue;
		counted += 1;
		const shown = number(await card.locator('.value').innerText());
		const [{ totalCount }] = Object.values(await answer(page, question.query, question.variables));
		assert.equal(shown, totalCount, await card.innerText());
		const link = new URL(await card.getByRole('link', { name: 'Run it on the query page' }).getAttribute('href'), 'http://localhost');
		assert.equal(new URLSearchParams(link.hash.slice(1)).get('query'), question.query);
	}
	return counted;
}

journey('finds every counted figure equal to its query, which the query page takes', 'coordinator', async ({ page }) => {
	await visit(page, '/dashboard?since=2026-01-01');
	assert.equal(await compare(page), 24);
}, ['desktop']);

journey('finds every figure of another day equal to its query, and reads what cannot be told', 'coordinator', async ({ page }) => {
	for (const [asAt, figures, untold] of [[day(-90), 12, 'whose visit was overdue cannot be told'], [day(90), 6, 'if nothing else is done until then']]) {
		await visit(page, '/dashboard');
		await page.getByLabel('As at').fill(asAt);
		await page.getByRole('button', { name: 'Show that day' }).click();
		await page.waitForURL(new RegExp(`asAt=${asAt}`));
		await page.getByText(untold).waitFor();
		assert.equal(await compare(page), figures);
		await page.getByRole('link', { name: 'How it stands today' }).click();
		await page.getByRole('heading', { name: 'Who is in order' }).waitFor();
	}
}, ['desktop']);

journey('sees as many rows behind a figure as the figure says', 'coordinator', async ({ page }) => {
	await visit(page, '/dashboard?since=2026-01-01');
	const links = await page.locator('main li.card > p:first-child a').evaluateAll((all) =>
		all.map((link) => ({ name: link.textContent, path: link.getAttribute('href'), shown: link.closest('li').querySelector('.value').textContent })),
	);
	assert.equal(links.length, 30);
	for (const { name, path, shown } of links) {
		await visit(page, path);
		assert.equal(number(await page.locator('main p[role=status]').innerText()), number(shown), name);
	}
}, ['desktop']);

const REQUIREMENTS = `query($after: String) { documentRequirements(first: 100, after: $after) {
	edges { node { providerKind documentType { id } } } pageInfo { hasNextPage endCursor }
} }`;

/** The rules of standing once more, from the rows alone. */
function judged(provider, requirements) {
	const today = day(0);
	const nodes = ({ edges }) => edges.map(({ node }) => node);
	const approval = nodes(provider.approvals)[0]?.state;
	if (approval === 'CLOSED') return { order: 'Closed' };
	const provedBy = (holds) => nodes(provider.documentProofs).filter(({ document }) => document && holds(document)).map(({ documentType }) => documentType.id);
	const inForce = provedBy(({ state, startsOn, expiresOn }) => state === 'ACCEPTED' && startsOn <= today && (expiresOn ?? '9999') >= today);
	const waiting = provedBy(({ state, file }) => state === 'SUBMITTED' && !['EXPECTED', 'RECEIVING'].includes(file?.state));
	const lacking = requirements.filter(({ providerKind, documentType }) => providerKind === provider.kind && !inForce.includes(documentType.id));
	const documents = lacking.some(({ documentType }) => !waiting.includes(documentType.id));
	const review = lacking.some(({ documentType }) => waiting.includes(documentType.id));
	const late = nodes(provider.actions).some(({ state, dueOn }) => state === 'OPEN' && dueOn < today);
	const overdue = provider.nextVisitDueOn !== null && provider.nextVisitDueOn < today;
	const order = lacking.length > 0 || late || overdue || approval === 'NOT_APPROVED' ? 'Not in order' : approval === 'CONDITIONAL' ? 'In order, with conditions' : 'In order';
	return { order, documents, review };
}

journey('finds the standing of all providers equal to what their rows say', 'coordinator', async ({ page }) => {
	await visit(page, '/dashboard');
	const figures = page.locator(`xpath=${heading('Who is in order')}/following-sibling::ul[1]/li`);
	const question = await questionOf(figures.first());
	const { rows, pages } = await everyRow(page, question);
	assert.equal(pages, 4, 'sixty providers, fifteen a page');
	const { rows: requirements } = await everyRow(page, { query: REQUIREMENTS });
	const standings = rows.map((provider) => judged(provider, requirements));
	for (const card of await figures.all()) {
		const name = await card.locator('p a').first().innerText();
		assert.equal(number(await card.locator('.value').innerText()), standings.filter(({ order }) => order === name).length, name);
	}
	const reason = (name) => page.locator('li.card', { hasText: name }).locator('.value').innerText();
	assert.equal(number(await reason('A document missing, refused or expired')), standings.filter(({ documents }) => documents).length);
	assert.equal(number(await reason('A document that waits for your review')), standings.filter(({ review }) => review).length);
}, ['desktop']);

const GROUPS = {
	provider: { label: 'Placements by provider', of: ({ provider }) => provider.name },
	year: { label: 'Placements by year group', of: ({ pupil }) => `Year ${pupil.yearGroup}` },
	school: { label: 'Placements by school', of: ({ onRollSchool }) => onRollSchool.name },
};

/** Pounds in a full week. */
function cost({ rate, rateBasis, sessions }) {
	const days = sessions.edges.map(({ node }) => node.weekday);
	return Number(rate) * { WEEK: 1, DAY: new Set(days).size, SESSION: days.length }[rateBasis];
}

journey('finds placements, hours and cost of each group equal to the query’s rows', 'coordinator', async ({ page }) => {
	for (const [by, { label, of }] of Object.entries(GROUPS)) {
		await visit(page, `/dashboard/placements?by=${by}`);
		const table = page.getByRole('table', { name: label });
		const box = page.locator('.row', { has: page.getByRole('button', { name: new RegExp(`Download as CSV.*${label}$`) }) });
		const more = box.getByRole('button', { name: /^Show all/ });
		if (await more.count()) await more.click();
		const lines = await table.locator('tbody tr').evaluateAll((rows) => rows.map(({ cells }) => [...cells].map((cell) => cell.innerText)));
		const shown = Object.fromEntries(lines.map(([name, ...figures]) => [name, figures.map((text) => Number(text.replace(/[£,]/g, '')))]));
		const { rows } = await everyRow(page, await questionOf(box));
		const wanted = {};
		for (const [name, group] of Object.entries(Object.groupBy(rows, of))) {
			const minutes = group.reduce((sum, { weeklyMinutes }) => sum + Number(weeklyMinutes ?? 0), 0);
			wanted[name] = [group.length, Math.round(minutes / 6) / 10, Math.round(group.reduce((sum, one) => sum + cost(one), 0))];
		}
		assert.deepEqual(shown, wanted, by);
	}
}, ['desktop']);

journey('finds the months ahead equal to their one query', 'coordinator', async ({ page }) => {
	await visit(page, '/dashboard/expiring');
	const table = page.getByRole('table', { name: 'Documents that run out, by month' });
	const shown = (await table.locator('tbody td').allInnerTexts()).map(number);
	const box = page.locator('.row', { has: page.getByRole('button', { name: /Download as CSV.*by month/ }) });
	const { query, variables } = await questionOf(box);
	const counts = await answer(page, query, variables);
	assert.deepEqual(shown, Array.from({ length: 12 }, (_, index) => counts[`m${index}`].totalCount));
}, ['desktop']);

journey('finds the drift of placements equal to its one query, and to the rows behind each step', 'coordinator', async ({ page }) => {
	await visit(page, '/dashboard/placements');
	const table = page.getByRole('table', { name: 'Placements by target end date' });
	const steps = await table.locator('tbody tr').evaluateAll((rows) => rows.map(({ cells }) => ({ path: cells[0].querySelector('a').getAttribute('href'), shown: cells[1].innerText })));
	const box = page.locator('.row', { has: page.getByRole('button', { name: /Download as CSV.*target end date/ }) });
	const { query, variables } = await questionOf(box);
	const counts = await answer(page, query, variables);
	assert.deepEqual(steps.map(({ shown }) => number(shown)), ['past90', 'past60', 'past30', 'past1', 'soon', 'later'].map((key) => counts[key].totalCount));
	for (const { path, shown } of steps) {
		await visit(page, path);
		assert.equal(number(await page.locator('main p[role=status]').innerText()), number(shown), path);
	}
}, ['desktop']);

journey('finds the figures of each partnership equal to the rows of its schools', 'officer', async ({ page }) => {
	const since = '2026-01-01';
	await visit(page, `/dashboard/partnerships?since=${since}&measure=share`);
	const table = page.getByRole('table', { name: 'Partnerships beside each other' });
	const lines = await table.locator('tbody tr').evaluateAll((rows) => rows.map(({ cells }) => [...cells].map((cell) => cell.innerText.trim())));
	const box = page.locator('.row', { has: page.getByRole('button', { name: /Download as CSV.*Partnerships beside/ }) });
	const { rows: schools } = await everyRow(page, await questionOf(box));
	const groups = Object.groupBy(schools, ({ memberships }) => memberships.edges[0]?.node.partnership.name ?? 'none');
	assert.ok(lines.length > 2);
	for (const [name, ...figures] of lines.filter(([name]) => name !== 'All together')) {
		const own = groups[name];
		const sum = (key) => own.reduce((sum, school) => sum + school[key].totalCount, 0);
		const [id] = (await answer(page, 'query($name: String!) { partnerships(where: { name: { eq: $name } }) { edges { node { id } } } }', { name })).partnerships.edges.map(({ node }) => node.id);
		const { visits, findings } = await answer(
			page,
			`query($id: ID!, $since: DateTime!) {
				visits(where: { partnership: { id: { eq: $id } }, completedAt: { gte: $since } }) { totalCount }
				findings(where: { visit: { partnership: { id: { eq: $id } }, completedAt: { gte: $since } }, rating: { fallsShort: { eq: true } } }) { totalCount }
			}`,
			{ id, since: `${since}T00:00:00Z` },
		);
		const share = Math.round((sum('past') / sum('running')) * 100);
		assert.deepEqual(figures.map(Number), [own.length, sum('running'), sum('past'), share, sum('started'), sum('ended'), visits.totalCount, findings.totalCount], name);
	}
	const links = await table.locator('tbody a').evaluateAll((all) => all.map((link) => ({ path: link.getAttribute('href'), shown: link.innerText })));
	assert.equal(links.length, (lines.length - 1) * 6, 'a figure leads nowhere');
	for (const { path, shown } of links) {
		await visit(page, path);
		assert.equal(number(await page.locator('main p[role=status]').innerText()), number(shown), path);
	}
}, ['desktop']);

/** What is about children, as rows: nobody who may only count is answered it. */
const OF_CHILDREN = /\b(pupils?|placements|attendanceMarks|sessions)\s*(\(|\{)/;

journey('finds every figure about children as the engine tells it: the same here, on the bench, and in a file', 'analyst', async ({ page }) => {
	const asked = [];
	page.on('request', (request) => asked.push(request.postData() ?? ''));
	await visit(page, '/dashboard');
	assert.deepEqual(asked.filter((body) => OF_CHILDREN.test(body.replace(/distinct \{ pupil \}/g, ''))), []);
	const told = async ({ query, variables }) => Object.values(await answer(page, query, variables))[0];
	const cards = await page.locator('main ul > li.card', { has: page.locator('.value') }).all();
	let disturbed = 0;
	for (const card of cards) {
		const shown = await card.locator('.value').innerText();
		const { totalCount, exact, rows } = await told(await questionOf(card));
		disturbed += exact === false ? 1 : 0;
		assert.equal(shown, rows ? rows[0].shown : String(totalCount), await card.innerText());
	}
	assert.deepEqual([cards.length, disturbed], [12, 2]);

	const headers = { 'x-waymark-request': 'test', accept: 'text/csv' };
	for (const [label, dimension] of [['Pupils placed now, by kind of provider', 'PROVIDER_KIND'], ['Pupils placed now, by year group', 'PUPIL_YEAR_GROUP']]) {
		const box = page.locator('.row', { has: page.getByRole('button', { name: new RegExp(`Download as CSV.*${label}$`) }) });
		const question = await questionOf(box);
		const shown = await page.getByRole('table', { name: label }).locator('tbody td').allInnerTexts();
		const { exact, rows } = await told(question);
		assert.equal(exact, false);
		assert.ok(shown.length > 5);
		assert.deepEqual(shown, rows.map((row) => row.shown), label);
		// The same cells of the whole table, and of the file that is made of it.
		const whole = await told({ query: `{ placementsAggregate(groupBy: [STATE, ${dimension}]) { rows { key { value } shown distinct { pupil } } } }` });
		const cells = whole.rows.filter(({ key }) => key[0].value === 'ACTIVE').map((row) => row.shown);
		assert.deepEqual(cells, shown, `${label}, on the bench`);
		const file = await page.context().request.post(`${ADDRESS}/graphql`, { headers, data: { query: question.query, variables: question.variables } });
		const [heading, ...lines] = (await file.text()).replace('\uFEFF', '').trim().split('\r\n').map((line) => line.split(','));
		const at = heading.indexOf('shown');
		assert.deepEqual(lines.map((line) => line[at]), shown, `${label}, in a file`);
	}
	await fit(page, 'the overview of who may only count');
	await page.getByRole('link', { name: 'Documents waiting for review' }).click();
	await page.waitForURL(/analyst.query#/);
	await page.getByRole('heading', { level: 1 }).waitFor();
	for (const path of ['/dashboard/providers', '/dashboard/placements', '/dashboard/partnerships']) {
		await visit(page, path);
		await page.getByRole('heading', { level: 1, name: 'Not found' }).waitFor();
	}
}, ['desktop', 'phone']);
