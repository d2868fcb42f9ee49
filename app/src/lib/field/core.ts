// What the field screens ask of the core in its worker, and what it tells them. The core keeps the encrypted store, the
// outbox and the staged photographs; the screens only show. Every call answers from this device: a line is never needed.
import type { Refusal } from '#lib/graph/deed.svelte.ts';

/** Where something that was captured is: on this device, on its way, on the server, or in need of a person. */
export type Whereabouts =
	| { at: 'device' }
	| { at: 'sending'; sent: number }
	| { at: 'server' }
	| { at: 'attention'; refusal: Refusal };

/** A photograph, page, note or signature. */
export interface Captured {
	id: string;
	kind: 'PHOTO' | 'DOCUMENT' | 'NOTE' | 'SIGNATURE';
	caption: string;
	standardId: string | null;
	capturedAt: string;
	/** A picture to show, from this device. */
	thumbnail: Blob | null;
	where: Whereabouts;
}

/** An answer to a standard, as far as it has been given. */
export interface Answer {
	standardId: string;
	ratingId: string | null;
	seen: string;
	action: string;
	lastDate: string | null;
	nextDate: string | null;
	/** Why the answer or its evidence cannot be had. */
	missingReason: string;
	where: Whereabouts;
}

/** A visit on this device, with what the graph already knew when it was pulled. */
export interface FieldVisit {
	id: string;
	providerName: string;
	plannedFor: string;
	plannedAt: string | null;
	state: 'PLANNED' | 'IN_PROGRESS' | 'COMPLETE' | 'CANCELLED';
	/** Standards answered, of all. */
	answered: number;
	standards: number;
	/** Things not yet on the server. */
	unsafe: number;
}

/** Whether everything is on the server: the receipt, or what is still missing. */
export type Safety = { safe: true; receipt: string; at: string } | { safe: false; waiting: number; attention: number };

/** What the core tells without being asked. */
export type Told =
	| { about: 'visit'; visitId: string }
	| { about: 'item'; visitId: string; itemId: string; where: Whereabouts }
	| { about: 'line'; online: boolean }
	| { about: 'locked' }
	| { about: 'wiped' };

/** How large a photograph becomes before it is evidence. */
export type PhotoSize = 'full' | '2048' | 'low';

/** The core. */
export interface FieldCore {
	visits(): Promise<FieldVisit[]>;
	answers(visitId: string): Promise<Answer[]>;
	captured(visitId: string): Promise<Captured[]>;
	/** Keeps an answer as it is typed. It is durable when this resolves. */
	answer(visitId: string, answer: Omit<Answer, 'where'>): Promise<void>;
	/** Takes back the last change to an answer. */
	undo(visitId: string, standardId: string): Promise<Answer | null>;
	/** Keeps a picture after it was cropped and drawn over; what it was made from is not kept. */
	capture(visitId: string, picture: Blob, about: { kind: Captured['kind']; standardId: string | null; caption: string; size: PhotoSize }): Promise<Captured>;
	withdraw(itemId: string, reason: string): Promise<void>;
	retry(itemId: string): Promise<void>;
	/** Everything that is not yet safe, as one file for another way out. */
	export(): Promise<Blob>;
	startUnplanned(providerId: string, frameworkVersionId: string): Promise<FieldVisit>;
	complete(visitId: string): Promise<Safety>;
	safety(visitId: string): Promise<Safety>;
	listen(told: (event: Told) => void): () => void;
}
