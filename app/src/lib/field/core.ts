// Where the core comes from. It runs in a worker of its own and keeps everything: the encrypted store, what waits to be sent,
// the photographs. The screens ask it and show what it says; they hold nothing and decide nothing.
import type { Core, CoreError, ErrorCode } from './types.ts';

export type * from './types.ts';

const cores = import.meta.glob<{ connect(): Promise<Core> }>('../core/index.ts');

/** Starts the core. A build without one says so. */
export async function connect(): Promise<Core> {
	const [load] = Object.values(cores);
	if (!load) throw { code: 'storage', message: 'This build of Waymark has no field core.' } satisfies CoreError;
	return (await load()).connect();
}

/** What a person is told, where the core's own words are for whoever mends it. */
const WORDS: Partial<Record<ErrorCode, string>> = {
	full: 'There is no room left on this phone. Nothing is lost: free some room, then try again.',
	unreachable: 'The server cannot be reached. It is tried again when there is a signal.',
};

/** Why something was not done, whatever was thrown. */
export function problem(thrown: unknown): CoreError {
	const { code, message } = (thrown ?? {}) as Partial<{ code: ErrorCode; message: string }>;
	if (typeof code === 'string' && typeof message === 'string') return { code, message: WORDS[code] ?? message };
	console.error(thrown);
	return { code: 'storage', message: 'Something went wrong on this phone. Try again; if it stays so, close Waymark and open it again.' };
}
