// Draws every screen, on a phone and on a desktop, into docs/screens, and the page that shows them.
// `cargo xtask screenshots` runs it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAMERA, field, serve } from './field-app.mjs';
import { FIELD } from './field-pictures.mjs';
import { pathOf, SCREENS } from './screens.mjs';
import { ADDRESS, ask, launch, open, pdf, signIn, visit } from './support.mjs';

const docs = join(import.meta.dirname, '../../docs');
const folder = join(docs, 'screens');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

/** The most that all pictures may take, in bytes. */
const MOST = 3_000_000;
let bytes = 0;
/** A window that is small enough to be read beside others. */
const DESK = { viewport: { width: 1024, height: 700 } };

async function draw(page, name) {
	await page.waitForLoadState('networkidle');
	const browser = await page.context().newCDPSession(page);
	const { data } = await browser.send('Page.captureScreenshot', { format: 'webp', quality: 70 });
	const picture = Buffer.from(data, 'base64');
	writeFileSync(join(folder, `${name}.webp`), picture);
	bytes += picture.length;
}

/** States that are no address: what a person sees while something is happening. */
const STATES = {
	'send-questions': async (page) => {
		await visit(page, '/provider/documents/send');
		await page.getByLabel('Choose files').setInputFiles([pdf('Combined liability insurance'), { name: 'A policy with a very long name that somebody wrote in Word.docx', mimeType: 'application/msword', buffer: Buffer.from('x') }]);
		await page.getByLabel('What is it?').selectOption({ label: 'Public liability insurance' });
	},
	offline: async (page, context) => {
		await page.evaluate(() => navigator.serviceWorker.ready);
		await page.goto(`${ADDRESS}/provider`);
		// What looks at requests stands between a page and its service worker.
		await page.unrouteAll();
		await context.setOffline(true);
		await page.reload();
		await page.getByRole('heading', { level: 1, name: 'You are offline' }).waitFor();
	},
};

const browser = await launch(CAMERA);
const shown = [];
for (const [role, screens] of Object.entries(SCREENS)) {
	for (const size of ['phone', 'desktop']) {
		const { page, context } = await open(browser, size, size === 'desktop' ? DESK : {});
		// A line on which somebody listens is never idle: pictures are drawn without one.
		await page.route('**/graphql', (route) => (route.request().headers().accept === 'text/event-stream' ? route.abort() : route.fallback()));
		if (role !== 'nobody') await signIn(page, role);
		for (const screen of screens.filter(({ pictured = true }) => pictured)) {
			await visit(page, await pathOf(screen, (query) => ask(page, query)));
			if (screen.name === 'placements') await page.locator('canvas[width]').first().waitFor();
			await draw(page, `${role}-${screen.name}-${size}`);
			if (size === 'phone') shown.push(`${role}-${screen.name}`);
		}
		for (const [name, reach] of Object.entries(role === 'provider' ? STATES : {})) {
			await reach(page, context);
			await draw(page, `${role}-${name}-${size}`);
			if (size === 'phone') shown.push(`${role}-${name}`);
		}
		await context.close();
	}
}

const app = await serve();
for (const size of ['phone', 'desktop']) {
	for (const [name, scenario, path, reach] of FIELD) {
		const { page, context } = await field(browser, app, scenario, path, size, size === 'desktop' ? DESK : {});
		await reach?.(page);
		await draw(page, `field-${name}-${size}`);
		if (size === 'phone') shown.push(`field-${name}`);
		await context.close();
	}
}
app.end();
await browser.close();

const rows = shown.map((name) => `| ${name.replace('-', ': ').replaceAll('-', ' ')} | ![on a phone](screens/${name}-phone.webp) | ![on a desktop](screens/${name}-desktop.webp) |`);
writeFileSync(
	join(docs, 'screens.md'),
	`# The screens\n\nEvery screen of the app with the synthetic county, on a phone and on a desktop. Nobody in it exists. This page and its\npictures are drawn by \`cargo xtask screenshots\`.\n\n| screen | phone | desktop |\n|---|---|---|\n${rows.join('\n')}\n`,
);
console.log(`${shown.length} screens, ${(bytes / 1_000_000).toFixed(1)} MB`);
process.exitCode = bytes > MOST ? 1 : 0;
