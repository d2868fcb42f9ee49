// What a coordinator does: see who is not in order and why, ring, review, drill down, print, take rows away.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { answer, as, change, day, enter, journey, ownProvider } from './journey.mjs';
import { fit, noWider, pdf, visit } from './support.mjs';

journey('comes to the overview and sees who is not in order', 'coordinator', async ({ page }) => {
	await visit(page, '/');
	await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
	await page.getByText(/\d+ of \d+ providers are not in order today/).waitFor();
	await fit(page, 'the overview');
});

journey('keeps filters in the address', 'coordinator', async ({ page }) => {
	await visit(page, '/dashboard/providers');
	await page.getByLabel('In order').selectOption({ label: 'Not in order' });
	await page.getByLabel('Because of').selectOption({ label: 'A document missing, refused or expired' });
	await page.getByRole('button', { name: 'Show', exact: true }).click();
	await page.waitForURL(/reason=document/);
	const shown = await page.locator('main p[role=status]').innerText();
	await page.reload();
	await page.locator('main p[role=status]').waitFor();
	assert.equal(await page.locator('main p[role=status]').innerText(), shown);
	assert.equal(await page.getByLabel('Because of').inputValue(), 'document');
});

journey('is one click from the evidence and from whom to ring', 'coordinator', async ({ page }) => {
	await visit(page, '/dashboard/providers?order=no&reason=action');
	const row = page.locator('tbody tr').first();
	assert.match((await row.getByRole('link', { name: /^0/ }).getAttribute('href')) ?? '', /^tel:\d+$/);
	const why = row.getByRole('link', { name: /days past its date/ });
	if ((await why.count()) > 0) {
		await why.first().click();
		await page.getByRole('heading', { name: 'Evidence' }).waitFor();
		await page.getByText('Whom to ring').waitFor();
		await page.goBack();
	}
	const name = await row.locator('th a').innerText();
	await row.locator('th a').click();
	await page.getByRole('heading', { level: 1, name }).waitFor();
	await page.getByRole('heading', { name: 'Whom to ring' }).waitFor();
});

journey('reads the same status as the provider', 'coordinator', async ({ page }) => {
	const other = await enter('provider', 'phone');
	await visit(other.page, '/provider');
	const theirs = (await other.page.locator('main > .cards .card h3').allInnerTexts()).sort();
	const { id } = await ownProvider(other.page);
	await other.context.close();
	await visit(page, `/dashboard/providers/${id}`);
	const ours = (await page.locator('main > ul.cards').first().locator('h3').allInnerTexts()).sort();
	assert.deepEqual(ours, theirs);
});

journey('refuses a document with words that the provider reads', 'coordinator', async ({ page }) => {
	const provider = await enter('provider');
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
	const more = page.getByRole('button', { name: /^Show all.*review/ });
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
	assert.match(await provider.page.getByRole('link', { name: 'Send another one' }).getAttribute('href'), /replaces=document:/);
	assert.deepEqual(provider.faults, []);
	await provider.context.close();
});

journey('checks what was reported done and closes it', 'coordinator', async ({ page }) => {
	const area = `Fire drill ${Date.now()}`;
	await as('officer', async (officer) => {
		const { providers } = await answer(officer, '{ providers(first: 1, where: { documents: { some: {} } }) { edges { node { id } } } }');
		const plan = { providerId: providers.edges[0].node.id, area, action: 'Hold a drill each term.', owner: 'Site manager', dueOn: day(3), rag: 'RED' };
		const { improvementAction } = await change(officer, 'createImprovementAction', plan, 'improvementAction { id version }');
		await change(officer, 'updateImprovementAction', { improvementActionId: improvementAction.id, version: improvementAction.version, note: 'Drill held.', state: 'REPORTED_DONE' }, 'improvementAction { id }');
	});
	await visit(page, '/dashboard/actions?show=reported');
	const more = page.getByRole('button', { name: /^Show all/ });
	if (await more.count()) await more.click();
	await page.getByRole('link', { name: area }).click();
	await page.getByRole('heading', { level: 1, name: area }).waitFor();
	await page.getByText('Drill held.').waitFor();
	await page.getByRole('button', { name: 'Close it' }).click();
	await page.getByRole('alert').waitFor();
	await fit(page, 'an action closed without words');
	await page.getByLabel('What have you seen?').fill('The log shows two drills.');
	await page.getByRole('button', { name: 'Close it' }).click();
	await page.getByRole('button', { name: 'Open it again' }).waitFor();
	await page.getByText('The log shows two drills.').waitFor();
	await fit(page, 'a closed action');
});

journey('looks at a chart, and at the table behind it, and takes the rows away as a file', 'coordinator', async ({ page }) => {
	await visit(page, '/dashboard/placements?by=year&measure=cost');
	const { placements } = await answer(page, '{ placements(where: { state: { eq: ACTIVE } }) { totalCount } }');
	const table = page.getByRole('table', { name: 'Cost a week by year group' });
	const sums = await table.locator('tbody tr td:nth-child(2)').allInnerTexts();
	assert.equal(sums.reduce((sum, text) => sum + Number.parseInt(text, 10), 0), placements.totalCount);
	await page.locator('canvas').first().waitFor();
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /Download as CSV.*: Placements$/ }).click()]);
	const text = await readFile(await download.path(), 'utf8');
	assert.ok(text.startsWith('\uFEFFPupil,Year,'), 'Excel would not know the letters');
	assert.equal(text.trim().split('\r\n').length, placements.totalCount + 1);
	const shown = Number.parseInt(sums[0], 10);
	await table.getByRole('link').first().click();
	await page.waitForURL(/year=/);
	await page.getByRole('link', { name: /^Take away/ }).waitFor();
	assert.equal(Number.parseInt(await page.locator('main p[role=status]').innerText(), 10), shown);
	await fit(page, 'placements of a year');
});

journey('is told within a minute where nobody can tell it at once, and reads it again', 'coordinator', async ({ page }) => {
	await page.route('**/graphql', (route) => (route.request().headers().accept === 'text/event-stream' ? route.abort() : route.fallback()));
	await page.clock.install();
	const [first] = await Promise.all([page.waitForResponse((response) => response.request().postData()?.includes('query Arrived') ?? false), visit(page, '/dashboard')]);
	assert.ok(first.ok());
	const area = `Key safe ${Date.now()}`;
	await as('officer', async (officer) => {
		const { providers } = await answer(officer, '{ providers(first: 1) { edges { node { id } } } }');
		const plan = { providerId: providers.edges[0].node.id, area, action: 'Lock it.', owner: 'Site manager', dueOn: day(3), rag: 'RED' };
		const { improvementAction } = await change(officer, 'createImprovementAction', plan, 'improvementAction { id version }');
		await change(officer, 'updateImprovementAction', { improvementActionId: improvementAction.id, version: improvementAction.version, note: 'Locked.', state: 'REPORTED_DONE' }, 'improvementAction { id }');
	});
	await page.clock.runFor(61_000);
	await page.getByText('1 action reported done').waitFor();
	await fit(page, 'news');
	await page.getByRole('button', { name: 'Read it again' }).click();
	await page.getByText('1 action reported done').waitFor({ state: 'detached' });
});

journey('sees what has changed since the last meeting, and the rows behind it', 'coordinator', async ({ page }) => {
	await visit(page, '/dashboard');
	await page.getByLabel('Date of the last meeting').fill(day(-400));
	await page.getByRole('button', { name: 'Show what has changed' }).click();
	await page.waitForURL(new RegExp(`since=${day(-400)}`));
	const card = page.locator('li.card', { hasText: 'Documents reviewed' });
	const shown = Number.parseInt((await card.locator('.value').innerText()).replaceAll(',', ''), 10);
	assert.ok(shown > 0);
	await card.getByRole('link', { name: 'Documents reviewed' }).click();
	await page.getByRole('heading', { level: 1, name: 'Since the last meeting' }).waitFor();
	assert.equal(Number.parseInt(await page.locator('main p[role=status]').innerText(), 10), shown);
	for (const name of ['Reports published', 'Placements ended', 'Actions closed']) {
		await page.getByRole('link', { name, exact: true }).click();
		await page.getByRole('table', { name: new RegExp(`^${name} since`) }).waitFor();
		assert.match(page.url(), new RegExp(`since=${day(-400)}`), 'the day is lost on the way');
	}
	await fit(page, 'what has changed');
	await page.getByLabel('Date of the last meeting').fill(day(1));
	await page.getByRole('button', { name: 'Show what has changed' }).click();
	await page.getByText('Nothing of this has changed since then.').waitFor();
	await fit(page, 'nothing has changed');
});

journey('is not shown other partnerships’ placements, and no wrong nought for them', 'coordinator', async ({ page }) => {
	await visit(page, '/dashboard/partnerships');
	await page.getByText('You see the placements of your own partnership’s schools.').waitFor();
	const table = page.getByRole('table', { name: 'Partnerships beside each other' });
	const lines = table.locator('tbody tr');
	assert.equal(await lines.filter({ hasNotText: 'not shown' }).count(), 1, 'one partnership is theirs');
	assert.ok((await lines.count()) > 1);
	await fit(page, 'partnerships');
});

journey('has somebody go after what is late, hands it on, and closes it', 'officer', async ({ page }) => {
	const { providers } = await answer(page, 'query($day: Date!) { providers(first: 1, where: { actions: { some: { state: { eq: OPEN }, dueOn: { lt: $day } } }, chases: { none: { state: { eq: OPEN } } } }) { edges { node { id } } } }', { day: day(0) });
	await visit(page, `/dashboard/providers/${providers.edges[0].node.id}`);
	await page.getByRole('link', { name: /^Chase it ?: .* past its date/ }).first().click();
	await page.getByRole('heading', { level: 1, name: 'Chase it' }).waitFor();
	await page.getByLabel('What is to be asked for?').fill('');
	await page.getByRole('button', { name: 'Chase it' }).click();
	await page.getByRole('alert').waitFor();
	await fit(page, 'a chase without words');
	const words = `Ask what is in the way (${Date.now()})`;
	await page.getByLabel('What is to be asked for?').fill(words);
	await page.getByRole('button', { name: 'Chase it' }).click();
	await page.getByText(words).waitFor();
	await page.getByLabel('Who', { exact: true }).selectOption({ label: 'Cora Coordinator' });
	await page.getByRole('button', { name: 'Hand it over' }).click();
	await page.getByRole('definition').filter({ hasText: 'Cora Coordinator' }).waitFor();
	await page.getByLabel('What came of it?').fill('They had been waiting for a delivery.');
	await page.getByRole('button', { name: 'Close the chase' }).click();
	await page.getByRole('definition').filter({ hasText: 'They had been waiting' }).waitFor();
	await fit(page, 'a chase that is done');
	await visit(page, '/dashboard/chases?show=done');
	const more = page.getByRole('button', { name: /^Show all/ });
	if (await more.count()) await more.click();
	await page.getByText('They had been waiting for a delivery.').first().waitFor();
});

journey('plans a visit and says who goes', 'coordinator', async ({ page }) => {
	const { providers } = await answer(page, '{ providers(first: 1, where: { visits: { none: { state: { eq: PLANNED } } } }) { edges { node { id name } } } }');
	const [{ node: provider }] = providers.edges;
	await visit(page, `/dashboard/providers/${provider.id}`);
	await page.getByRole('link', { name: 'Plan a visit' }).click();
	await page.getByRole('heading', { level: 1, name: 'Plan a visit' }).waitFor();
	await page.getByLabel('On which day?').fill('');
	await page.getByRole('button', { name: 'Plan the visit' }).click();
	await page.getByText('Choose a day.').first().waitFor();
	await fit(page, 'a visit without a day');
	await page.getByLabel('On which day?').fill(day(14));
	await page.getByLabel('What for?').fill('Termly visit');
	await page.getByLabel('Who leads it?').selectOption({ label: 'Vikram Visitor' });
	await page.getByLabel('Cora Coordinator').check();
	await page.getByRole('button', { name: 'Plan the visit' }).click();
	await page.waitForURL(/show=planned/);
	const line = page.getByRole('row').filter({ hasText: provider.name }).filter({ hasText: 'Vikram Visitor' });
	await line.filter({ hasText: 'Cora Coordinator' }).first().waitFor();
});

journey('hears at once what somebody else has done', 'coordinator', async ({ page }) => {
	// Where all places to listen are still taken, by pages that were closed just now, the page tries again soon.
	const patience = { timeout: 60_000 };
	const begun = page.waitForResponse((response) => response.headers()['content-type'] === 'text/event-stream', patience);
	const counted = page.waitForResponse((response) => response.request().postData()?.includes('query Arrived') ?? false, patience);
	await visit(page, '/dashboard');
	assert.equal((await begun).status(), 200);
	await (await counted).finished();
	await as('officer', async (officer) => {
		const { providers } = await answer(officer, '{ providers(first: 1, where: { documents: { some: {} } }) { edges { node { id } } } }');
		const plan = { providerId: providers.edges[0].node.id, area: `Fire doors ${Date.now()}`, action: 'Have them hung anew.', owner: 'Site manager', dueOn: day(3), rag: 'RED' };
		const { improvementAction } = await change(officer, 'createImprovementAction', plan, 'improvementAction { id version }');
		await change(officer, 'updateImprovementAction', { improvementActionId: improvementAction.id, version: improvementAction.version, note: 'Done.', state: 'REPORTED_DONE' }, 'improvementAction { id }');
	});
	// Well before the minute after which it would be asked for anyway.
	await page.getByRole('status').filter({ hasText: '1 action reported done since this was read' }).waitFor({ timeout: 30_000 });
	await fit(page, 'the overview with news');
	await page.getByRole('button', { name: 'Read it again' }).click();
	await page.getByText('since this was read').waitFor({ state: 'detached' });
});

journey('prints on A4 without what is only for the screen, and with nothing cut off', 'coordinator', async ({ page }) => {
	const papers = [['/dashboard', 3], ['/dashboard/placements?by=need', 4], ['/dashboard/expiring?within=30', 4], ['/dashboard/partnerships', 3], ['/dashboard/changes?since=2026-06-01&show=reports', 4]];
	for (const [path, most] of papers) {
		await visit(page, path);
		const charts = page.locator('canvas[width]');
		if (/placements|partnerships/.test(path)) await charts.first().waitFor();
		await page.emulateMedia({ media: 'print' });
		assert.equal(await page.getByRole('navigation').filter({ visible: true }).count(), 0);
		assert.equal(await page.getByRole('button').filter({ visible: true }).count(), 0);
		const paper = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
		const pages = paper.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
		assert.ok(pages >= 1 && pages <= most, `${path} takes ${pages} pages`);
		const [, wide, tall] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(paper);
		assert.deepEqual([Math.round(wide), Math.round(tall)], [595, 842], `${path} is not printed on A4`);
		// What A4 leaves between its margins, and charts that were drawn for a wider window.
		await page.setViewportSize({ width: 680, height: 1000 });
		await charts.evaluateAll((all) => all.forEach((chart) => (chart.style.width = '1100px')));
		const cut = await page.evaluate(() => [...document.querySelectorAll('main *')].filter((one) => one.checkVisibility() && !one.closest('.hidden-visually') && one.getBoundingClientRect().right > innerWidth + 1).map(({ outerHTML }) => outerHTML.slice(0, 100)));
		assert.deepEqual(cut, [], path);
		const [, all] = /^(\d+)/.exec((await page.locator('main p[role=status]').allInnerTexts()).join('')) ?? [];
		if (path.includes('need') && Number(all) > 25) await page.getByText(`The first 25 of ${all}.`).waitFor();
		await page.emulateMedia({ media: 'screen' });
		await page.setViewportSize({ width: 1280, height: 900 });
	}
}, ['desktop']);

journey('reads a list of thousands: the first rows at once, all on demand, and no sum that would be wrong', 'coordinator', async ({ page }) => {
	const { placements } = await answer(page, '{ placements(first: 100, where: { state: { eq: ACTIVE } }) { edges { node { id } } } }');
	let pages = 0;
	/** The same hundred rows again and again, as many pages as a nation would have of them. */
	let most = 18;
	await page.route('**/graphql', async (route) => {
		const question = route.request().postData() ?? '';
		if (!question.includes('query PlacementsRunningNow')) return route.fallback();
		const response = await route.fetch({ postData: question.replace(/"after":"[^"]*"/, '"after":null') });
		const body = await response.json();
		pages += 1;
		const { edges, pageInfo } = body.data.placements;
		for (const { node } of edges) node.id += `-${pages}`;
		pageInfo.hasNextPage = pages < most;
		await route.fulfill({ response, json: body });
	});
	await visit(page, '/dashboard/placements?by=need');
	const rows = placements.edges.length * most;
	assert.equal(Number.parseInt((await page.locator('main p[role=status]').innerText()).replaceAll(',', ''), 10), rows);
	const lines = page.getByRole('table', { name: 'Placements', exact: true }).locator('tbody tr');
	assert.equal(await lines.count(), 25);
	await page.getByRole('button', { name: new RegExp(`^Show all ${rows.toLocaleString('en-GB')}.*Placements$`) }).click();
	assert.equal(await lines.count(), rows);
	await noWider(page, 'a list of thousands');
	[pages, most] = [0, 1_000];
	await visit(page, '/dashboard/placements?by=need');
	await page.getByText('too many to add up on this page').waitFor();
	assert.equal(pages, 20, 'it reads on where it cannot add up');
	assert.equal(await page.getByRole('table', { name: 'Placements by primary need' }).count(), 0);
	assert.equal(await lines.count(), 25);
});
