// A worker with the core's stores, for the tests: it holds them to their contract, or writes until it is killed.
import init, { holdMedia, holdRows, Killed } from '/contract/waymark_core.js';

const acts = {
	holdRows,
	holdMedia,
	/** What is there after a kill. */
	async look() {
		const killed = await Killed.start();
		return { written: [...killed.written()], kept: [...(await killed.kept())] };
	},
	/** Writes on and on from this number, and says after each write that it is done. */
	async write(from) {
		const killed = await Killed.start();
		for (let number = from; ; number += 1) {
			killed.write(number);
			postMessage({ written: number });
			if (number % 3 > 0) continue;
			await killed.keep(number);
			postMessage({ kept: number });
		}
	},
};

addEventListener('message', async ({ data: { act, from } }) => {
	try {
		await init();
		await lock();
		postMessage({ answer: await acts[act](from) });
	} catch (error) {
		postMessage({ error: String(error?.message ?? error) });
	}
});

/** One worker at a time, for as long as it lives, as in the app: one that was killed a moment ago may still have the files. */
const lock = () => new Promise((taken) => navigator.locks.request('tests', () => (taken(), new Promise(() => {}))));
