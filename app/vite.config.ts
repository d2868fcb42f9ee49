// One build for every part of the app. The server stands on another port while one works on the screens.
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { withoutInlineScript } from './inline.ts';

const server = process.env.WAYMARK_SERVER ?? 'http://127.0.0.1:8080';
const proxy = Object.fromEntries(
	['/graphql', '/session', '/uploads', '/files', '/assets', '/welcome', '/health'].map((path) => [path, server]),
);

/** Where the server is told to find the app, or here. */
const build = process.env.WAYMARK_APP ?? 'build';

export default defineConfig({
	plugins: [
		sveltekit({ adapter: withoutInlineScript(adapter({ pages: build, assets: build, fallback: 'index.html', precompress: true }), `${build}/index.html`) }),
	],
	server: { proxy },
});
