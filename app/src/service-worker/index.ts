// Keeps the app's own files on the device, so that it opens without a line. It never keeps an answer of the graph: what
// may be kept of those is for the encrypted store to decide.
import { assets, immutable } from '$app/manifest';
import { self } from '$app/service-worker';

const FILES = [...immutable, ...assets].map(({ path }) => new URL(path, self.registration.scope).pathname);
const PAGE = '/index.html';
// The files' names change with their content, so a list of them names a version.
const CACHE = `waymark-${FILES.reduce((sum, path) => [...path].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) | 0, sum), 7)}`;

// A new version waits until the old one is closed everywhere: no screen changes under a visit, and none asks for a part of
// the app that is not on the device any more.
self.addEventListener('install', (event) => {
	event.waitUntil(keep());
});

self.addEventListener('activate', (event) => {
	event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
	const { request } = event;
	const url = new URL(request.url);
	if (request.method !== 'GET' || url.origin !== self.location.origin) return;
	if (FILES.includes(url.pathname)) event.respondWith(kept(request, request));
	else if (request.mode === 'navigate' && isField(url.pathname)) event.respondWith(kept(PAGE, request));
	else if (request.mode === 'navigate' && isOurs(url.pathname)) event.respondWith(fresh(request));
});

/** Whether an address is a page of the app, and not one of the server's own. */
const isOurs = (path: string) => !/^\/(graphql|session|uploads|files|assets|welcome|health)(\/|$)/.test(path);

/** Whether an address is a field screen: those open from the device at once, however bad the line. */
const isField = (path: string) => /^\/field(\/|$)/.test(path);

async function keep() {
	const cache = await caches.open(CACHE);
	const page = await fetch(PAGE, { cache: 'no-store' });
	const start = /_app\/immutable\/start\.[0-9a-f]+\.js/.exec(await page.clone().text());
	await cache.put(PAGE, page);
	await cache.addAll([...FILES, ...(start ? [`/${start[0]}`] : [])]);
}

async function forgetOthers() {
	const names = await caches.keys();
	await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

async function kept(key: RequestInfo, request: Request) {
	const cache = await caches.open(CACHE);
	return (await cache.match(key)) ?? fetch(request);
}

/** The page from the server, so that a new version is seen at once; the one that was kept, without a line. */
async function fresh(request: Request) {
	try {
		return await fetch(request);
	} catch {
		return kept(PAGE, request);
	}
}
