// A PIN that is worth having.

/** The fewest digits. */
export const DIGITS = 6;

/** What is wrong with a new PIN; undefined where nothing is. */
export function faultOf(pin: string): string | undefined {
	if (!/^\d+$/.test(pin)) return `Use digits only, at least ${DIGITS} of them.`;
	if (pin.length < DIGITS) return `Use at least ${DIGITS} digits.`;
	const steps = [...pin].slice(1).map((digit, index) => Number(digit) - Number(pin[index]));
	if (new Set(steps).size === 1 && Math.abs(steps[0] ?? 9) <= 1) return 'This is one of the first that anybody would try. Choose another.';
	return undefined;
}
