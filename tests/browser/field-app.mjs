// The app with the tests' own core, built once and handed out under the policy of the real server.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { ADDRESS, open } from './support.mjs';

const KINDS = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.webmanifest': 'application/manifest+json' };
const app = join(import.meta.dirname, '../../app');

/** Builds it; gives the folder that it is in. */
export function build() {
	const folder = mkdtempSync(join(tmpdir(), 'waymark-field-'));
	const [vite, node] = [join(app, 'node_modules/vite/bin/vite.js'), join(app, 'node_modules/node/bin/node')];
	const config = join(import.meta.dirname, 'field.vite.config.mjs');
	execFileSync(node, [vite, 'build', '--config', config], { cwd: app, env: { ...process.env, WAYMARK_APP: folder }, stdio: 'ignore' });
	return folder;
}

/** Serves it from the folder that WAYMARK_FIELD_BUILD names, or builds it. Gives its address, and how to end it. */
export async function serve() {
	const given = process.env.WAYMARK_FIELD_BUILD;
	const folder = given ?? build();
	const { headers } = await fetch(`${ADDRESS}/field`);
	const policy = headers.get('content-security-policy') ?? '';
	const server = createServer(({ url }, response) => {
		const path = new URL(url, ADDRESS).pathname;
		const file = join(folder, path);
		const name = extname(path) !== '' && existsSync(file) ? file : join(folder, 'index.html');
		response.writeHead(200, { 'content-type': KINDS[extname(name)] ?? 'application/octet-stream', 'content-security-policy': policy });
		response.end(readFileSync(name));
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	const end = () => {
		server.closeAllConnections();
		server.close();
		if (!given) rmSync(folder, { recursive: true, force: true });
	};
	return { address: `http://127.0.0.1:${server.address().port}`, end };
}

/** What makes the browser take a moving pattern for a camera, and ask nobody. */
export const CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

/** A window on the field screens, in one of the core's beginnings. */
export async function field(browser, { address }, scenario, path = '/field', size = 'phone', options = {}) {
	const window = await open(browser, size, options);
	await window.page.addInitScript((name) => (globalThis.fieldScenario = name), scenario);
	await window.page.goto(address + path);
	await window.page.getByRole('heading', { level: 1 }).waitFor();
	return window;
}

/** Moves the tests' core on. */
export const act = (page, verb, ...given) => page.evaluate(([verb, given]) => globalThis.field.core[verb](...given), [verb, given]);

/** A photograph of 12 megapixels, as a phone hands it over: lying on its side, with an orientation that says so. */
export async function large(page, name, seed = 0) {
	const base64 = await page.evaluate(async (seed) => {
		const canvas = new OffscreenCanvas(4000, 3000);
		const context = canvas.getContext('2d');
		for (let step = 0; step < 60; step += 1) {
			context.fillStyle = `hsl(${(step * 47 + seed * 13) % 360} 60% ${30 + (step % 5) * 10}%)`;
			context.fillRect((step * 977 + seed * 61) % 4000, (step * 613) % 3000, 900, 700);
		}
		// Upright, this corner is at the top right.
		context.fillStyle = '#f00';
		context.fillRect(0, 0, 400, 400);
		const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })).arrayBuffer());
		let text = '';
		for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
		return btoa(text);
	}, seed);
	const plain = Buffer.from(base64, 'base64');
	// Exif with one entry: orientation 6, a quarter turn to the right.
	const exif = Buffer.from('457869660000' + '4d4d002a00000008' + '0001' + '0112000300000001' + '00060000' + '00000000', 'hex');
	const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, exif.length + 2]), exif]);
	return { name, mimeType: 'image/jpeg', buffer: Buffer.concat([plain.subarray(0, 2), segment, plain.subarray(2)]) };
}

/** Width and height of a JPEG, and whether it carries Exif. */
export function looked(jpeg) {
	let at = 2;
	let hasExif = false;
	for (;;) {
		const [mark, length] = [jpeg[at + 1], jpeg.readUInt16BE(at + 2)];
		if (mark === 0xe1) hasExif = true;
		if (mark >= 0xc0 && mark <= 0xc2) return { height: jpeg.readUInt16BE(at + 5), width: jpeg.readUInt16BE(at + 7), hasExif };
		at += 2 + length;
	}
}
