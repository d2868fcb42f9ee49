// Notices that nobody has touched the screen for a while, also when the page slept meanwhile.

/** Minutes without a touch until the screen asks for the PIN. */
export const IDLE_MINUTES = 5;
const TOUCHES = ['pointerdown', 'keydown', 'input', 'scroll'] as const;
const MINUTE = 60_000;

/** Calls `rest` once the screen was left alone. */
export class Watch {
	#touchedAt = Date.now();
	#timer: ReturnType<typeof setInterval> | undefined;
	#later: ReturnType<typeof setTimeout> | undefined;
	readonly #rest: () => void;

	constructor(rest: () => void) {
		this.#rest = rest;
	}

	/** Begins to watch, or stops. */
	follow(isOn: boolean) {
		if (isOn) clearTimeout(this.#later);
		if (isOn === (this.#timer !== undefined)) return;
		clearInterval(this.#timer);
		this.#timer = isOn ? setInterval(this.#look, MINUTE / 4) : undefined;
		this.#touchedAt = Date.now();
		for (const touch of TOUCHES) {
			if (isOn) addEventListener(touch, this.#touched, { passive: true, capture: true });
			else removeEventListener(touch, this.#touched, { capture: true });
		}
		if (isOn) document.addEventListener('visibilitychange', this.#look);
		else document.removeEventListener('visibilitychange', this.#look);
	}

	/** Calls once, so many minutes from now. */
	once(minutes: number, then: () => void) {
		clearTimeout(this.#later);
		this.#later = setTimeout(then, minutes * MINUTE);
	}

	#touched = () => {
		this.#touchedAt = Date.now();
	};

	#look = () => {
		if (Date.now() - this.#touchedAt >= IDLE_MINUTES * MINUTE) this.#rest();
	};
}
