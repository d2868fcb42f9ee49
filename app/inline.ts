// The page that starts the app carries one short script in itself. A policy that lets no inline script run would need
// that script's hash, and the server would have to know it; so the script gets a file of its own instead.
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Adapter } from '@sveltejs/kit';

/** An adapter that does what `adapter` does, then moves the inline script of `page` into a file beside it. */
export function withoutInlineScript(adapter: Adapter, page: string): Adapter {
	return {
		...adapter,
		async adapt(builder) {
			await adapter.adapt(builder);
			const html = readFileSync(page, 'utf8');
			const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)];
			if (scripts.length !== 1) throw new Error(`${page} has ${scripts.length} inline scripts, not one`);
			const [tag, text] = scripts[0] as unknown as [string, string];
			const name = `_app/immutable/start.${createHash('sha256').update(text).digest('hex').slice(0, 12)}.js`;
			writeFileSync(join(dirname(page), name), text);
			// The script finds its element as the parent of its own tag, so the tag stays where it was.
			writeFileSync(page, html.replace(tag, () => `<script src="/${name}"></script>`));
			// What was compressed before says the old words.
			for (const form of ['br', 'gz']) rmSync(`${page}.${form}`, { force: true });
		},
	};
}
