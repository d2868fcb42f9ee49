// When to look for news: at once after somebody has written, as long as the server can say so, and else once a minute. Nobody looks
// while the window is hidden; a browser keeps few lines to one server, and each listener is one.

const MINUTE = 60_000;
/** Much that is written at once is looked at together. */
const TOGETHER = 3_000;

/** Looks when there may be news of rows of these types; gives the function that ends it. */
export function whenever(of: readonly string[], look: () => void): () => void {
	/** Ends the listening; none where nobody listens. */
	let stop: (() => void) | null = null;
	let soon: ReturnType<typeof setTimeout> | undefined;
	let isOver = false;

	async function begin() {
		stop = () => (stop = null);
		const own = stop;
		const { listen } = await import('#lib/graph/live.ts');
		// Over or hidden again before it was loaded.
		if (stop !== own) return;
		const close = listen(of, { heard, lost });
		stop = () => {
			stop = null;
			close();
		};
	}

	function lost() {
		stop = null;
	}

	function heard() {
		soon ??= setTimeout(() => {
			soon = undefined;
			look();
		}, TOGETHER);
	}

	function turn() {
		if (isOver) return;
		if (document.hidden) stop?.();
		else if (!stop) {
			look();
			void begin();
		}
	}

	turn();
	const every = setInterval(turn, MINUTE);
	document.addEventListener('visibilitychange', turn);
	return () => {
		isOver = true;
		clearInterval(every);
		clearTimeout(soon);
		document.removeEventListener('visibilitychange', turn);
		stop?.();
	};
}
