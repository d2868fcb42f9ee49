// Whom to ring about a provider.
import { keyContact } from '#lib/standing/read.ts';

/** A provider, as far as ringing it goes. */
export type Rung = (Parameters<typeof keyContact>[0] & { telephone: string | null }) | null;

/** The person to ask for, and the number. */
export function ringOf(provider: Rung) {
	const contact = provider ? keyContact(provider) : undefined;
	const telephone = contact?.telephone ?? provider?.telephone ?? null;
	return { name: contact?.name ?? '', telephone, words: [contact?.name, telephone].filter(Boolean).join(' ') };
}
