// The worker that holds the phone's core. One worker of one tab has this device's storage: it takes a lock before it touches
// it, and a second tab is told. What the screens ask comes as messages and is passed on, verb by verb.
import init, { Core } from './wasm/waymark_core.js';

/** A call of one of the core's verbs, and what came of it. */
export type Call = { call: number; verb: string; args: unknown[] };
export type Answer = { call: number; answer: unknown } | { call: number; refusal: { code: string; message: string } };

/** How long a tab that was just closed may hold the lock still. */
const PATIENCE = 2_000;
const ELSEWHERE = { code: 'another_tab', message: 'Waymark is open in another tab of this browser. Go on there, or close it and try again.' };

const core = start();

addEventListener('message', async ({ data: { call, verb, args } }: MessageEvent<Call>) => {
	try {
		const held = await core;
		const asked = held[verb as keyof Core] as (...args: unknown[]) => unknown;
		postMessage({ call, answer: await asked.apply(held, args) } satisfies Answer);
	} catch (error) {
		postMessage({ call, refusal: plain(error) } satisfies Answer);
	}
});

async function start() {
	await lock();
	await init();
	return Core.start();
}

/** Takes the lock for as long as this worker lives. */
function lock() {
	return new Promise<void>((taken, refused) => {
		const held = () => {
			taken();
			return new Promise<never>(() => {});
		};
		navigator.locks.request('waymark-core', { signal: AbortSignal.timeout(PATIENCE) }, held).catch(() => refused(ELSEWHERE));
	});
}

/** What the core refused, as it said it; anything else is a fault of this device's. */
function plain(error: unknown) {
	const { code, message } = error as { code?: unknown; message?: unknown };
	return { code: typeof code === 'string' ? code : 'storage', message: String(message ?? error) };
}
