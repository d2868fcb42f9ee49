// The visit that the screens below an address show.
import { createContext } from 'svelte';
import { problem, type CoreError, type VisitDetail } from '../core.ts';
import { phone } from '../phone.svelte.ts';

export class ShownVisit {
	/** Undefined until it was read; null where it is not on this phone. */
	found = $state.raw<VisitDetail | null | undefined>(undefined);
	fault = $state.raw<CoreError | null>(null);
	/** The outcomes that are chosen and not proposed yet, by visit; empty for none. */
	proposals = $state<Record<string, string>>({});
	#asked = 0;

	/** The visit. The screens are drawn only once it is there. */
	get it(): VisitDetail {
		if (!this.found) throw new Error('The visit is not there yet.');
		return this.found;
	}

	/** Reads it anew. Of two readings that overlap, the later one counts. */
	async read(id: string) {
		this.#asked += 1;
		const asked = this.#asked;
		try {
			const found = (await phone.core.visit(id)) ?? null;
			if (asked === this.#asked) this.found = found;
		} catch (thrown) {
			// A phone that was locked meanwhile shows its own screen.
			if (problem(thrown).code !== 'not_open') this.fault = problem(thrown);
		}
	}
}

export const [theVisit, showVisit] = createContext<ShownVisit>();
