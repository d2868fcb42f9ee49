// The phone that the field screens show: what the core says, read anew whenever it says that something has changed.
import { connect, problem, type Core, type CoreError, type Secret, type Status, type VisitSummary } from './core.ts';
import { Watch } from './watch.ts';

/** Hours that a covered phone may go on sending before it is locked all the same. */
const COVERED_HOURS = 12;

class FieldPhone {
	/** Null until the core has answered. */
	status = $state.raw<Status | null>(null);
	visits = $state.raw<VisitSummary[]>([]);
	/** Why the core did not start. */
	fault = $state.raw<CoreError | null>(null);
	/** Whether the screen asks for the PIN while the core goes on sending. */
	isCovered = $state(false);
	/** Whether everything was removed at the server's word. */
	wasRevoked = $state(false);

	/** Pictures that were taken and not yet kept: while there are any, the phone is covered and not locked. */
	unkept = $state(0);
	/** What writes down the last of the typing before the phone is locked. */
	readonly typing = new Set<() => Promise<void>>();

	#core: Core | null = null;
	#starting: Promise<void> | null = null;
	#isWiping = false;
	#watch = new Watch(() => void this.rest());

	/** The core, once `status` is there. */
	get core(): Core {
		if (!this.#core) throw { code: 'not_open', message: 'The phone is not open yet.' } satisfies CoreError;
		return this.#core;
	}

	/** Starts the core, once. */
	start(): Promise<void> {
		this.#starting ??= this.#run();
		return this.#starting;
	}

	async #run() {
		try {
			this.#core = await connect();
			await this.#draw();
			void this.#follow(this.#core);
		} catch (thrown) {
			this.fault = problem(thrown);
		}
	}

	async #follow(core: Core) {
		for (let seen = 0; ; ) {
			seen = await core.observe(seen);
			await this.#draw().catch((thrown: unknown) => {
				const fault = problem(thrown);
				// It was locked in the middle of a reading; the next one shows that.
				if (fault.code !== 'not_open') this.fault = fault;
			});
		}
	}

	async #draw() {
		const before = this.status;
		const status = await this.core.status();
		// Behind a covered screen the core is shut for a moment to try a PIN: what is on the screen stays.
		if (this.isCovered && status.phase === 'locked') return;
		if (before?.phase === 'open' && status.phase === 'empty' && !this.#isWiping) this.wasRevoked = true;
		if (status.phase === 'open') this.visits = await this.core.visits();
		else this.visits = [];
		if (status.phase !== 'open') this.isCovered = false;
		this.status = status;
		this.fault = null;
		this.#watch.follow(status.phase === 'open' && !this.isCovered);
	}

	/** A new phone, with this to open it. */
	async make(secret: Secret) {
		await this.core.open(secret);
		this.wasRevoked = false;
		await this.#draw();
	}

	/** Opens the phone, or shows the covered screen again. */
	async unlock(secret: Secret) {
		// Whether the secret is right only an opening tells.
		if (this.isCovered) await this.core.lock();
		await this.core.unlock(secret);
		this.isCovered = false;
		await this.#draw();
	}

	/** Nobody has touched the screen for a while: covers it while something is being sent, and locks it otherwise. */
	async rest() {
		if (this.unkept === 0 && (!this.status || unsentOf(this.status) === 0)) return this.lock();
		this.isCovered = true;
		this.#watch.follow(false);
		this.#watch.once(COVERED_HOURS * 60, () => void this.lock());
	}

	async lock() {
		await Promise.all([...this.typing].map((write) => write()));
		this.isCovered = false;
		await this.core.lock();
		await this.#draw();
	}

	async wipe() {
		this.#isWiping = true;
		try {
			await this.core.wipe();
			await this.#draw();
		} finally {
			this.#isWiping = false;
		}
	}
}

export const phone = new FieldPhone();

/** Things that the server lacks. */
export const unsentOf = ({ unsent }: Status): number => unsent.answers + unsent.photos + unsent.others;
