// How a provider, a requirement and a document stand, in words and colours.
import type { Tone } from '#lib/components/Tag.svelte';
import type { HoldingState, Order } from './standing.ts';

export const ORDER: Record<Order, { words: string; tone: Tone }> = {
	no: { words: 'Not in order', tone: 'bad' },
	conditions: { words: 'In order, with conditions', tone: 'warn' },
	yes: { words: 'In order', tone: 'good' },
	closed: { words: 'Closed', tone: 'plain' },
};

export const HOLDING: Record<HoldingState, { words: string; tone: Tone }> = {
	'in-force': { words: 'In force', tone: 'good' },
	'renewal-sent': { words: 'In force, next one sent', tone: 'good' },
	expiring: { words: 'Runs out soon', tone: 'warn' },
	waiting: { words: 'Waiting for review', tone: 'note' },
	unfinished: { words: 'Not arrived whole', tone: 'bad' },
	refused: { words: 'Refused', tone: 'bad' },
	expired: { words: 'Expired', tone: 'bad' },
	missing: { words: 'Missing', tone: 'bad' },
};

export const DOCUMENT_TONE: Record<'SUBMITTED' | 'ACCEPTED' | 'REFUSED' | 'WITHDRAWN', Tone> = {
	SUBMITTED: 'note',
	ACCEPTED: 'good',
	REFUSED: 'bad',
	WITHDRAWN: 'plain',
};

export const APPROVAL_TONE: Record<'APPROVED' | 'CONDITIONAL' | 'NOT_APPROVED' | 'CLOSED', Tone> = {
	APPROVED: 'good',
	CONDITIONAL: 'warn',
	NOT_APPROVED: 'bad',
	CLOSED: 'plain',
};
