// The keyboard alone, and what a screen reader says: to a thing by Tab, through a whole page, and the words that were announced.
import assert from 'node:assert/strict';

/** More keys than any page has stops. */
const MOST = 250;

/** What a person sees of the focus; nothing where it is nowhere. */
const focus = (page) =>
	page.evaluate(() => {
		const element = document.activeElement;
		if (!element || element === document.body) return null;
		// A chooser of files lies unseen on its label, which shows the focus for it.
		const shown = element.type === 'file' ? element.closest('label') : element;
		const { left, right, top, bottom } = shown.getClientRects()[0] ?? shown.getBoundingClientRect();
		const [x, y] = [(Math.max(left, 0) + Math.min(right, innerWidth)) / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2];
		const above = document.elementFromPoint(x, y);
		const { outlineStyle, boxShadow } = getComputedStyle(shown);
		window.stops ??= [];
		const before = window.stops.at(-1);
		const seenBefore = window.stops.includes(element);
		const after = !before || before === element || Boolean(before.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
		window.stops.push(element);
		return {
			name: (element.getAttribute('aria-label') ?? element.innerText?.trim()) || element.id || element.outerHTML.slice(0, 120),
			same: before === element,
			seenBefore,
			after,
			marked: outlineStyle !== 'none' || boxShadow !== 'none',
			uncovered: above !== null && (shown.contains(above) || above.contains(shown)),
			x: left + scrollX,
			y: top + scrollY,
		};
	});

/** Fails where the focus is nowhere, unmarked or under something. */
function seen(stop, what) {
	assert.ok(stop, `${what}: the focus is nowhere`);
	assert.ok(stop.marked, `${what}: nothing marks the focus on ${stop.name}`);
	assert.ok(stop.uncovered, `${what}: the focus on ${stop.name} cannot be seen`);
}

/** Presses Tab until something has the focus, which can be seen on the way. */
export async function to(page, locator) {
	await locator.first().waitFor();
	for (let press = 0; press < MOST; press += 1) {
		if (await locator.first().evaluate((element) => element === document.activeElement)) return seen(await focus(page), String(locator));
		await page.keyboard.press('Tab');
	}
	assert.fail(`the keyboard does not reach ${locator}`);
}

/** Goes to something by Tab and presses it. */
export async function press(page, locator) {
	await to(page, locator);
	await page.keyboard.press('Enter');
}

/** Goes through a page just opened by Tab, from its beginning to its end: every stop can be seen, stands after the one before it,
 * down or to the right of it, and none holds the focus. Gives how many there are. */
export async function through(page, what) {
	await page.evaluate(() => (window.stops = []));
	const stops = [];
	for (let press = 0; press < MOST; press += 1) {
		await page.keyboard.press('Tab');
		const stop = await focus(page);
		// Past the last one is the browser's own bar, and then the first one again.
		if (stops.length > 0 && (stop === null || (stop.seenBefore && !stop.same))) {
			const wanted = await page.evaluate(
				() =>
					[...document.querySelectorAll('a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex="0"]')].filter(
						(element) => element.checkVisibility({ visibilityProperty: true }) && getComputedStyle(element.closest('label') ?? element).display !== 'none' && element.tabIndex >= 0,
					).length,
			);
			assert.equal(stops.length, wanted, `${what}: ${stops.length} of ${wanted} are reached`);
			return stops.length;
		}
		seen(stop, what);
		if (stop.same) continue;
		const before = stops.at(-1);
		assert.ok(stop.after && (!before || stop.y >= before.y - 1 || stop.x > before.x), `${what}: after ${before?.name} the focus goes back to ${stop.name}`);
		stops.push(stop);
	}
	assert.fail(`${what}: the focus does not come out after ${stops.at(-1)?.name}`);
}

/** Fails where the focus went with what had it. */
export async function kept(page, what) {
	assert.notEqual(await page.evaluate(() => document.activeElement?.tagName), 'BODY', `${what}: the focus is lost`);
}

/** Notes from now on what is announced: words that change in a region that was there before them, alerts as they come, and what
 * is brought into focus. */
export const listen = (page) =>
	page.addInitScript(() => {
		window.announced = [];
		const known = new WeakSet();
		const LIVE = '[role=status], [aria-live=polite], [role=alert], [aria-live=assertive]';
		const note = (region) => {
			const words = region.innerText?.trim();
			if (words && window.announced.at(-1) !== words) window.announced.push(words);
		};
		new MutationObserver((changes) => {
			const changed = new Set();
			for (const { target, addedNodes } of changes) {
				const region = (target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement)?.closest(LIVE);
				if (region && known.has(region)) changed.add(region);
				for (const node of addedNodes) {
					if (node.nodeType !== Node.ELEMENT_NODE) continue;
					for (const alert of [node, ...node.querySelectorAll('[role=alert]')]) if (alert.matches('[role=alert]')) changed.add(alert);
				}
			}
			for (const region of document.querySelectorAll(LIVE)) known.add(region);
			changed.forEach(note);
		}).observe(document, { subtree: true, childList: true, characterData: true });
		document.addEventListener('focusin', ({ target }) => target.matches(LIVE) && note(target));
	});

/** Waits until something was announced. */
export async function heard(page, words) {
	const source = words.source;
	await page.waitForFunction((source) => window.announced.some((said) => new RegExp(source).test(said)), source, { timeout: 45_000 }).catch(async () => {
		assert.fail(`${words} is not announced, but: ${JSON.stringify(await page.evaluate(() => window.announced))}`);
	});
}
