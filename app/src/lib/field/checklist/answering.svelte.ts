// Answering one standard: what is on the screen, written down whenever the typing pauses, and the way back.
import { problem, type AnswerFields, type CoreError } from '../core.ts';
import { phone } from '../phone.svelte.ts';

/** Milliseconds without a key until what was typed is written down. */
const PAUSE = 400;

const EMPTY: AnswerFields = { rating: null, seen: '', action: '', answeredOn: null, nextOn: null, missingReason: null };

/** What stood before each change, by visit and standard, for as long as the app is open. */
const before = new Map<string, AnswerFields[]>();

const same = (one: AnswerFields, other: AnswerFields) => JSON.stringify(one) === JSON.stringify(other);
const isEmpty = (fields: AnswerFields) => same(fields, EMPTY);

export class Answering {
	fields = $state<AnswerFields>({ ...EMPTY });
	/** Where the writing is. */
	writing = $state<'rests' | 'waits' | 'writes'>('rests');
	fault = $state.raw<CoreError | null>(null);
	canUndo = $state(false);

	readonly #visit: string;
	readonly #standard: string;
	readonly #past: AnswerFields[];
	#written: AnswerFields;
	#item: string | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#last: Promise<void> = Promise.resolve();

	/** `given` is what stands there already, and `item` what carries it, where it waits to be sent. */
	constructor(visit: string, standard: string, given: AnswerFields | undefined, item: string | undefined) {
		this.#visit = visit;
		this.#standard = standard;
		this.#item = item;
		this.#written = { ...EMPTY, ...given };
		this.fields = { ...this.#written };
		const key = `${visit} ${standard}`;
		this.#past = before.get(key) ?? [];
		before.set(key, this.#past);
		this.canUndo = this.#past.length > 0;
	}

	/** Something was typed or chosen. */
	changed = () => {
		this.writing = 'waits';
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.write(), PAUSE);
	};

	/** Writes down what is on the screen; done when it is on the disk. */
	write = (): Promise<void> => {
		clearTimeout(this.#timer);
		this.#last = this.#last.then(() => this.#write(true));
		return this.#last;
	};

	/** Takes back the last change. */
	undo = async () => {
		await this.write();
		const past = this.#past.pop();
		this.canUndo = this.#past.length > 0;
		if (!past) return;
		this.fields = { ...past };
		this.#last = this.#last.then(() => this.#write(false));
		await this.#last;
	};

	async #write(isRemembered: boolean) {
		const fields = $state.snapshot(this.fields);
		if (same(fields, this.#written)) {
			this.writing = 'rests';
			return;
		}
		this.writing = 'writes';
		try {
			await this.#keep(fields);
			if (isRemembered) {
				this.#past.push(this.#written);
				this.canUndo = true;
			}
			this.#written = fields;
			this.fault = null;
		} catch (thrown) {
			this.fault = problem(thrown);
		}
		this.writing = same($state.snapshot(this.fields), this.#written) ? 'rests' : 'waits';
	}

	async #keep(fields: AnswerFields) {
		const { core } = phone;
		// Back at the beginning: as though nothing had been said, where nobody has heard it.
		if (isEmpty(fields) && this.#item !== undefined) {
			const isUnmade = await core.cancel(this.#item).then(
				() => true,
				() => false,
			);
			this.#item = undefined;
			if (isUnmade) return;
		}
		this.#item = (await core.answer(this.#visit, this.#standard, fields)) ?? this.#item;
	}
}
