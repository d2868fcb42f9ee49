// When to look for news: at once after somebody has written, as long as the server can say so, and else once a minute. Nobody looks
// while the window is hidden; a browser keeps few lines to one server, and each listener is one. A line that is lost, or refused while
// the places of pages that were just closed are still taken, is asked for again soon, then later and later: it says when it has begun.

const MINUTE = 60_000;
/** Much that is written at once is looked at together. */
const TOGETHER = 3_000;
const SOONEST = 2_000;

/** Looks when there may be news of rows of these types; gives the function that ends it. */
export function whenever(of: readonly string[], look: () => void): () => void {
	/** Ends the listening, or the wish to listen; none where nobody listens. */
	let stop: (() => void) | null = null;
	/** Whether the server has said that it will tell. */
	let hears = false;
	let soon: ReturnType<typeof setTimeout> | undefined;
	let again: ReturnType<typeof setTimeout> | undefined;
	let patience = SOONEST;
	let since = 0;
	let isOver = false;

	async function begin() {
		stop = () => (stop = null);
		const own = stop;
		const live = await import('#lib/graph/live.ts').catch(() => null);
		// Over or hidden again before it was loaded.
		if (stop !== own) return;
		since = Date.now();
		if (!live) {
			lost();
			return;
		}
		const close = live.listen(of, { heard, lost });
		stop = () => {
			stop = null;
			hears = false;
			close();
		};
	}

	function lost() {
		stop = null;
		hears = false;
		if (Date.now() - since > MINUTE) patience = SOONEST;
		clearTimeout(again);
		// Not all at the same moment, when a server comes back.
		again = setTimeout(tryAgain, patience * (0.5 + Math.random() / 2));
		patience = Math.min(2 * patience, MINUTE);
	}

	function tryAgain() {
		if (!isOver && !document.hidden && !stop) void begin();
	}

	function heard() {
		hears = true;
		soon ??= setTimeout(() => {
			soon = undefined;
			look();
		}, TOGETHER);
	}

	function turn() {
		if (isOver) return;
		if (document.hidden) {
			stop?.();
			return;
		}
		if (!hears) look();
		if (!stop) void begin();
	}

	turn();
	const every = setInterval(turn, MINUTE);
	document.addEventListener('visibilitychange', turn);
	return () => {
		isOver = true;
		clearInterval(every);
		clearTimeout(soon);
		clearTimeout(again);
		document.removeEventListener('visibilitychange', turn);
		stop?.();
	};
}
