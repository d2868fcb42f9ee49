// The phone's core, as the screens call it. It runs in a worker of its own; every verb answers from this device. Its types are
// made from the core itself when it is built.
import type { Core as Held, CoreError } from './wasm/waymark_core.js';
import type { Answer, Call } from './worker.ts';

export type * from './wasm/waymark_core.js';

type Verb = Exclude<{ [Name in keyof Held]: Held[Name] extends (...args: never[]) => unknown ? Name : never }[keyof Held], 'free' | symbol>;

/** The core from outside its worker: the same verbs, each with a promise that is refused with a {@link CoreError}. */
export type Core = { [Name in Verb]: (...args: Parameters<Held[Name]>) => Promise<Awaited<ReturnType<Held[Name]>>> };

type Waiting = { resolve: (answer: never) => void; reject: (refusal: CoreError) => void };

let connected: Promise<Core> | undefined;

/** The core, started at the first call. Refused with `another_tab` where another tab has it; the next call tries again. */
export function connect(): Promise<Core> {
	connected ??= begin().catch((refusal: CoreError) => {
		connected = undefined;
		throw refusal;
	});
	return connected;
}

async function begin(): Promise<Core> {
	const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'core' });
	const waiting = new Map<number, Waiting>();
	let calls = 0;
	worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
		const asked = waiting.get(data.call);
		waiting.delete(data.call);
		if ('refusal' in data) asked?.reject(data.refusal as CoreError);
		else asked?.resolve(data.answer as never);
	});
	worker.addEventListener('error', ({ message }) => {
		for (const { reject } of waiting.values()) reject({ code: 'storage', message });
		waiting.clear();
	});
	const ask = (verb: string, args: unknown[]) =>
		new Promise((resolve, reject) => {
			waiting.set((calls += 1), { resolve, reject });
			worker.postMessage({ call: calls, verb, args } satisfies Call);
		});
	// A promise's own verb is none of the core's: so that the core can be handed on by one.
	const core = new Proxy({}, { get: (_, verb) => (verb === 'then' ? undefined : (...args: unknown[]) => ask(String(verb), args)) }) as Core;
	try {
		await core.status();
	} catch (refusal) {
		worker.terminate();
		throw refusal;
	}
	return core;
}
