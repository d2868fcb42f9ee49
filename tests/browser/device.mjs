// A device of its own: a browser process on a profile of its own, that can be killed and comes back to what it kept.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ARGUMENTS, SIZES } from './support.mjs';

/** Makes a profile; gives what starts a browser on it and what removes it. */
export async function device(more = []) {
	const profile = await mkdtemp(join(tmpdir(), 'waymark-device-'));
	return { start: () => start(profile, more), remove: () => rm(profile, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts the browser, with what kills it and all of its processes. */
async function start(profile, more) {
	const own = [...more, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
	const options = { detached: true, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TZ: 'Europe/London' } };
	const child = spawn(process.env.CHROMIUM ?? '/usr/bin/chromium', [...ARGUMENTS, ...own], options);
	const ended = new Promise((resolve) => child.once('exit', resolve));
	const address = await new Promise((resolve, reject) => {
		let told = '';
		child.once('exit', () => reject(new Error(told)));
		child.stderr.on('data', (words) => {
			told += words;
			const [, found] = /listening on (ws:\S+)/.exec(told) ?? [];
			if (found) resolve(found);
		});
	});
	const browser = await chromium.connectOverCDP(address);
	const kill = async () => {
		process.kill(-child.pid, 'SIGKILL');
		await ended;
	};
	return { browser, context: browser.contexts()[0], address, kill };
}

/** Makes a page a phone's, and gives the way to what only the browser itself can do. */
export async function asPhone(page) {
	const { width, height } = SIZES.phone.viewport;
	await page.setViewportSize({ width, height });
	const cdp = await page.context().newCDPSession(page);
	await cdp.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 2, mobile: true });
	await cdp.send('Emulation.setTouchEmulationEnabled', { enabled: true });
	return cdp;
}
