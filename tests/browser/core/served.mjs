// A server of files for the tests of the phone's core: the app's own scripts without their types, and the core as it was
// built. It keeps to the server's policy, so that what the policy forbids fails here.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { join, normalize } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
/** Where each part of the address leads. */
const FOLDERS = {
	core: join(ROOT, 'app/src/lib/core'),
	contract: process.env.WAYMARK_CONTRACT ?? join(ROOT, 'target/wasm/contract'),
	tests: import.meta.dirname,
};
const KINDS = { js: 'text/javascript', mjs: 'text/javascript', ts: 'text/javascript', wasm: 'application/wasm' };
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; base-uri 'none'";

/** Starts it; gives its address and what stops it. */
export async function serve() {
	const server = createServer(async ({ url }, response) => {
		const headers = { 'content-security-policy': POLICY, 'cache-control': 'no-store' };
		try {
			const { kind, body } = await file(new URL(url, 'http://localhost').pathname);
			response.writeHead(200, { ...headers, 'content-type': kind }).end(body);
		} catch {
			response.writeHead(404, { ...headers, 'content-type': 'text/plain' }).end('there is no such file');
		}
	});
	await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
	return { address: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

async function file(path) {
	if (path === '/') return { kind: 'text/html', body: '<!doctype html><title>The core</title>' };
	const [, folder, ...rest] = normalize(path).split('/');
	const name = join(FOLDERS[folder], ...rest);
	const kind = KINDS[name.split('.').pop()];
	const body = await readFile(name);
	return { kind, body: name.endsWith('.ts') ? stripTypeScriptTypes(body.toString()) : body };
}
