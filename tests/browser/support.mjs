// A real browser against a running server: windows of the sizes that people have, signing in, and what every screen is
// held to.
import assert from 'node:assert/strict';
import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';

/** Where the server is. */
export const ADDRESS = (process.env.WAYMARK_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, '');
/** Of every account of the demo. */
export const PASSWORD = 'waymark-demo';
/** How the browser is started. */
export const ARGUMENTS = [
	'--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--lang=en-GB', '--disable-sync', '--no-proxy-server',
];

/** The windows that every screen is looked at in. */
export const SIZES = {
	phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
	desktop: { viewport: { width: 1280, height: 900 } },
	// WCAG 1.4.10: 320 CSS pixels, as on a small phone or at 400 % on a desktop.
	narrow: { viewport: { width: 320, height: 640 } },
	// WCAG 1.4.4: a desktop window of 1280 pixels at 200 %.
	zoomed: { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 },
};

/** Starts the browser. */
export const launch = (more = []) => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [...ARGUMENTS, ...more] });

/** A window of its own, with what went wrong in it. */
export async function open(browser, size = 'desktop', options = {}) {
	const context = await browser.newContext({ ...SIZES[size], locale: 'en-GB', timezoneId: 'Europe/London', reducedMotion: 'reduce', ...options });
	const page = await context.newPage();
	page.setDefaultTimeout(30_000);
	const faults = [];
	page.on('pageerror', (error) => faults.push(error.message));
	page.on('console', (message) => {
		if (message.type() === 'error' && !/Failed to load resource|ERR_INTERNET_DISCONNECTED/.test(message.text())) faults.push(message.text());
	});
	return { context, page, faults };
}

/** Signs in by the form, as a person does. */
export async function signIn(page, role, path = '/') {
	await page.goto(`${ADDRESS}${path}`);
	await page.getByLabel('E-mail address').fill(`${role}@demo.example`);
	await page.getByLabel('Password').fill(PASSWORD);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** Opens a path of the app and waits until its heading is there. */
export async function visit(page, path) {
	await page.goto(`${ADDRESS}${path}`);
	// What a page shows is asked for before any of it is drawn.
	await page.getByRole('heading', { level: 1 }).waitFor();
}

/** Gives what makes a page's window one of the sizes without loading it again: its pixels, and whether it is touched. */
export async function resizer(page) {
	const browser = await page.context().newCDPSession(page);
	return async (size) => {
		const { viewport, deviceScaleFactor = 1, isMobile: mobile = false, hasTouch: enabled = false } = SIZES[size];
		const { width: screenWidth, height: screenHeight } = viewport;
		await browser.send('Emulation.setDeviceMetricsOverride', { ...viewport, screenWidth, screenHeight, deviceScaleFactor, mobile });
		await browser.send('Emulation.setTouchEmulationEnabled', { enabled });
		await page.evaluate(() => new Promise(requestAnimationFrame));
	};
}

/** Fails where axe finds anything, or where the page is wider than its window. */
export async function fit(page, what) {
	// What is framed here is of the same origin: axe needs no page of its own to put together what it found in each frame.
	// Only what is wrong is described: to say of each element that is right how to find it takes as long as the looking.
	const { violations } = await new AxeBuilder({ page })
		.setLegacyMode()
		.options({ resultTypes: ['violations'] })
		.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
		.analyze();
	const told = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)).join(' | ')}`);
	assert.deepEqual(told, [], `axe on ${what}`);
	await noWider(page, what);
}

/** Fails where the page is wider than its window. */
export async function noWider(page, what) {
	// A chart follows its box a frame later.
	const fits = () => document.documentElement.scrollWidth <= Math.min(document.documentElement.clientWidth, screen.width);
	if (await page.waitForFunction(fits, undefined, { timeout: 2_000 }).catch(() => null)) return;
	const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
	assert.fail(`${what} is ${wide} pixels wide in a window of ${window}`);
}

/** Asks the graph with the session of a page. */
export async function ask(page, query, variables = {}) {
	const headers = { 'x-waymark-request': 'test' };
	const response = await page.context().request.post(`${ADDRESS}/graphql`, { headers, data: { query, variables } });
	return response.json();
}

/** A PDF of one page that says something. */
export function pdf(words) {
	const stream = `BT /F1 24 Tf 72 700 Td (${words.replace(/[()\\]/g, '')}) Tj ET`;
	const objects = [
		'<< /Type /Catalog /Pages 2 0 R >>',
		'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
		'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
		`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
		'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
	];
	let text = '%PDF-1.4\n';
	const offsets = objects.map((object, index) => {
		const offset = text.length;
		text += `${index + 1} 0 obj\n${object}\nendobj\n`;
		return offset;
	});
	const start = text.length;
	text += `xref\n0 6\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')}`;
	text += `trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
	return { name: `${words.toLowerCase().replace(/[^a-z]+/g, '-')}.pdf`, mimeType: 'application/pdf', buffer: Buffer.from(text, 'latin1') };
}

/** A photograph, as a camera would hand it over: a JPEG of whatever the page shows. */
export async function photograph(page, name) {
	return { name, mimeType: 'image/jpeg', buffer: await page.screenshot({ type: 'jpeg', quality: 70 }) };
}
