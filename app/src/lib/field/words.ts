// How things stand, in words: for a photo, an answer, a visit, the whole phone.
import { count, bytes } from '#lib/words.ts';
import type { Tone } from '#lib/components/Tag.svelte';
import type { EvidenceState, ItemStatus, Safety, Sending, Status, Unsent } from './core.ts';

/** A state as it is shown: a word or two, a colour that repeats it, and what to do where somebody must. */
export interface Told {
	words: string;
	tone: Tone;
	more?: string;
}

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** 10:42 */
export const clock = (instant: string): string => TIME.format(new Date(instant));

const ON_PHONE: Told = { words: 'On this phone', tone: 'note' };

function ofItem(status: ItemStatus): Told {
	switch (status.status) {
		case 'sending':
			return { words: 'Sending', tone: 'note' };
		case 'checking':
			return { words: 'Sent, being checked', tone: 'note' };
		case 'retry':
			return { ...ON_PHONE, more: `${status.why.words} Tried again at ${clock(status.at)}.` };
		case 'attention':
			return { words: 'Needs attention', tone: 'bad', more: status.why.words };
		default:
			return ON_PHONE;
	}
}

/** Where an answer is. */
export function ofAnswer(unsent: Sending | null): Told {
	if (!unsent) return { words: 'On the server', tone: 'good' };
	const told = ofItem(unsent.status);
	return unsent.isAddendum ? { ...told, more: told.more ?? 'Goes as an addendum: the visit was complete already.' } : told;
}

/** Where a photo, a document or a signature is. */
export function ofEvidence(state: EvidenceState): Told {
	switch (state.state) {
		case 'held': {
			const told = ofItem(state.sending.status);
			const isOnItsWay = state.sending.status.status === 'sending' && state.of > 0;
			return isOnItsWay ? { ...told, words: `Sending ${Math.floor((100 * state.sent) / state.of)} %` } : told;
		}
		case 'checking':
			return { words: 'Sent, being checked', tone: 'note' };
		case 'safe':
			return { words: 'On the server', tone: 'good' };
		case 'withdrawn':
			return { words: 'Withdrawn', tone: 'plain', ...(state.reason ? { more: state.reason } : {}) };
		case 'elsewhere':
			return { words: 'On a colleague’s phone', tone: 'warn', more: 'It is safe only when that phone has sent it.' };
		case 'refused':
			return { words: 'Needs attention', tone: 'bad', more: state.why?.words ?? 'The server refused it. Take it again.' };
	}
}

/** What the server lacks: "3 answers and 2 photos (4.1 MB)". */
export function ofUnsent({ answers, photos, others, bytes: size }: Unsent): string {
	const parts = [
		answers > 0 && count(answers, 'answer'),
		photos > 0 && `${count(photos, 'photo or page', 'photos or pages')} (${bytes(size)})`,
		others > 0 && count(others, 'other thing'),
	].filter((part) => part !== false);
	return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : (parts[0] ?? 'nothing');
}

/** The whole phone, in the bar. */
export function ofPhone(status: Status): Told {
	const waiting = status.unsent.answers + status.unsent.photos + status.unsent.others;
	if (status.attention > 0) return { words: `${status.attention} ${status.attention === 1 ? 'needs' : 'need'} attention`, tone: 'bad' };
	if (waiting > 0) return { words: `${waiting} on this phone`, tone: 'note' };
	return { words: 'All sent', tone: 'good' };
}

/** A visit: can its site be left? */
export function ofSafety({ isSafe, waiting, attention, receipt }: Safety): Told {
	if (isSafe) return { words: 'Safe to leave site', tone: 'good' };
	if (attention > 0) return { words: `${attention} ${attention === 1 ? 'needs' : 'need'} attention`, tone: 'bad' };
	if (waiting > 0) return { words: `${waiting} not sent yet`, tone: 'note' };
	return receipt ? { words: 'Waiting for photos to be checked', tone: 'note' } : { words: 'Not finished', tone: 'plain' };
}

/** The line as it is. Having none is no error. */
export function ofLine({ network, triesAt }: Status): string {
	if (network === 'offline') return 'No signal. Work goes on; everything is kept on this phone and sent later.';
	if (triesAt) return `The server did not answer. It is tried again at ${clock(triesAt)}.`;
	return network === 'metered' ? 'Connected, on mobile data.' : 'Connected.';
}
