// Prints what a browser fetches before a screen can run, script and styles, compressed, and fails where a part grows
// beyond its bound. What is loaded later, on demand, is printed beside it.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** The most that a first load may take, in kB (1,000 bytes) of compressed script and styles. */
const BOUNDS = { '/sign-in': 100, '/field': 150, '/provider': 150, '/analyst': 150, '/dashboard': 150 };

const here = (path) => new URL(path, import.meta.url);
const read = (path) => readFileSync(here(path));
const manifest = JSON.parse(read('.svelte-kit/output/client/.vite/manifest.json'));
const sizes = new Map();

/** Bytes of a file as it travels. */
function packed(file) {
	if (!sizes.has(file)) sizes.set(file, gzipSync(read(`build/${file}`), { level: 9 }).length);
	return sizes.get(file);
}

/** The files of a chunk, and of everything that must be there before it. */
function files(key, seen = new Set()) {
	const { file, css = [], imports = [] } = manifest[key];
	if (seen.has(file)) return seen;
	for (const own of [file, ...css]) seen.add(own);
	for (const next of imports) files(next, seen);
	return seen;
}

/** Every layout and page with the folder it stands in. */
const nodes = Object.keys(manifest)
	.filter((key) => /client-optimized\/nodes\/\d+\.js$/.test(key))
	.map((key) => {
		const [, path] = /src\/routes\/?(.*\+(?:layout|page|error)\.(?:svelte|ts))/.exec(read(key).toString()) ?? [];
		return { key, folder: path?.replace(/\/?\+.*$/, ''), kind: path?.match(/\+(layout|page|error)/)[1] };
	})
	.filter(({ folder }) => folder !== undefined);
const always = Object.keys(manifest).filter((key) => /^entry\/(start|app|payload)$/.test(manifest[key].name) || /client-entry/.test(key));

let over = 0;
for (const page of nodes.filter(({ kind }) => kind === 'page').sort((one, other) => one.folder.localeCompare(other.folder))) {
	const route = `/${page.folder}`.replace('/(app)', '') || '/';
	const around = nodes.filter(({ kind, folder }) => kind === 'layout' && (folder === '' || `${page.folder}/`.startsWith(`${folder}/`)));
	const needed = new Set([...always, ...around.map(({ key }) => key), page.key].flatMap((key) => [...files(key)]));
	const kilobytes = [...needed].reduce((sum, file) => sum + packed(file), 0) / 1000;
	const bound = Object.entries(BOUNDS).find(([part]) => route === part || route.startsWith(`${part}/`))?.[1];
	const tooMuch = bound !== undefined && kilobytes > bound;
	if (tooMuch) over += 1;
	console.log(`${route.padEnd(34)} ${kilobytes.toFixed(1).padStart(6)} kB${bound ? ` of ${bound}` : ''}${tooMuch ? '  too much' : ''}`);
}
const later = [...new Set(Object.values(manifest).flatMap(({ dynamicImports = [] }) => dynamicImports))].filter((key) => !/client-optimized/.test(key));
for (const key of later) console.log(`${`on demand: ${manifest[key].name}`.padEnd(34)} ${(packed(manifest[key].file) / 1000).toFixed(1).padStart(6)} kB`);
process.exit(over > 0 ? 1 : 0);
