// What the browser does with what is kept on this phone.

/** Whether the browser keeps it; or, where it may remove it when room is short, how much room there is. */
export interface Keeping {
	isKept: boolean;
	/** Bytes. */
	used: number;
	free: number;
	isInstalled: boolean;
}

/** Asks the browser not to remove anything by itself. Some ask the person, some decide by how often the app is used. */
export async function askToKeep(): Promise<boolean> {
	const { storage } = navigator;
	return (await storage.persisted()) || storage.persist();
}

export async function keeping(): Promise<Keeping> {
	const { storage } = navigator;
	const [isKept, { usage = 0, quota = 0 }] = await Promise.all([storage.persisted(), storage.estimate()]);
	return { isKept, used: usage, free: Math.max(0, quota - usage), isInstalled: matchMedia('(display-mode: standalone)').matches };
}

/** Below this many bytes a dozen photos may not fit. */
export const LITTLE_ROOM = 100_000_000;

/** What this phone may be called until its owner calls it something. */
export function deviceName(): string {
	const agent = navigator.userAgent;
	if (/iPhone/.test(agent)) return 'iPhone';
	if (/iPad/.test(agent)) return 'iPad';
	if (/Android/.test(agent)) return 'Android phone';
	if (/Windows/.test(agent)) return 'Windows computer';
	if (/Mac OS/.test(agent)) return 'Mac';
	return 'This device';
}
