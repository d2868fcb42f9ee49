// Pictures that were taken or chosen and are not evidence yet: they are looked at, cropped and covered first.
import { problem, type EvidenceKind } from '../core.ts';
import { phone } from '../phone.svelte.ts';
import { NO_EDITS, SIZES, type Edits, type Size } from './edits.ts';
import { make } from './pictures.ts';

/** Pixels of a preview's longer edge. */
const PREVIEW = 1280;

export class Draft {
	readonly id = crypto.randomUUID();
	readonly at = new Date().toISOString();
	readonly source: Blob;
	readonly isPdf: boolean;
	name: string;
	/** The upright picture, small; null until it is made. */
	preview = $state.raw<Blob | null>(null);
	/** An address of the preview for an `img`. */
	url = $state('');
	caption = $state('');
	edits = $state.raw<Edits>(NO_EDITS);
	state = $state<'opening' | 'ready' | 'keeping' | 'broken'>('opening');
	fault = $state('');

	constructor(source: Blob, name: string) {
		this.source = source;
		this.name = name;
		this.isPdf = source.type === 'application/pdf';
	}
}

/** Where the pictures go. */
export interface Place {
	visit: string;
	standard: string | null;
	/** What a single picture counts as there. */
	kind: EvidenceKind;
}

export class Tray {
	drafts = $state<Draft[]>([]);
	size = $state<Size>('middle');
	/** How many were kept since the screen was opened. */
	kept = $state(0);
	/** A part of 1, while a document is being made. */
	binding = $state<number | null>(null);
	readonly #place: Place;

	constructor(place: Place) {
		this.#place = place;
	}

	/** Takes a picture or a PDF in, and makes what is shown of it. */
	async add(source: Blob, name: string): Promise<Draft> {
		const draft = new Draft(source, name);
		this.drafts.push(draft);
		this.#count();
		if (draft.isPdf) draft.state = 'ready';
		else await this.#open(draft);
		return draft;
	}

	async #open(draft: Draft) {
		try {
			draft.preview = await make({ task: 'picture', source: draft.source, edits: NO_EDITS, edge: PREVIEW, quality: 0.8 });
			draft.url = URL.createObjectURL(draft.preview);
			draft.state = 'ready';
		} catch (error) {
			draft.state = 'broken';
			draft.fault = error instanceof Error ? error.message : String(error);
		}
	}

	/** Makes evidence of a picture: once it is kept, what it was made from is gone. */
	async keep(draft: Draft): Promise<boolean> {
		if (draft.state !== 'ready') return false;
		draft.state = 'keeping';
		draft.fault = '';
		try {
			const { edge, quality } = SIZES[this.size];
			const made = draft.isPdf ? draft.source : await make({ task: 'picture', source: draft.source, edits: draft.edits, edge, quality });
			await this.#stage(made, draft.isPdf ? 'document' : this.#place.kind, draft.caption, draft.at);
			this.drop(draft);
			return true;
		} catch (thrown) {
			draft.state = 'ready';
			draft.fault = thrown instanceof Error ? thrown.message : problem(thrown).message;
			return false;
		}
	}

	/** Keeps every one that is ready, one after another, and stops where one cannot be kept. */
	async keepAll() {
		for (const draft of this.drafts.filter(({ state }) => state === 'ready')) if (!(await this.keep(draft))) return;
	}

	/** Makes one document of all pictures, in their order. Gives what is wrong, or an empty text. */
	async bind(caption: string): Promise<string> {
		const pages = this.drafts.filter(({ state, isPdf }) => state === 'ready' && !isPdf);
		const [first] = pages;
		if (!first) return '';
		this.binding = 0;
		try {
			const { edge, quality } = SIZES[this.size];
			const task = { task: 'document', pages: pages.map(({ source, edits }) => ({ source, edits })), edge, quality } as const;
			const made = await make(task, (done) => (this.binding = done));
			await this.#stage(made, 'document', caption, first.at);
			for (const page of pages) this.drop(page);
			return '';
		} catch (thrown) {
			return thrown instanceof Error ? thrown.message : problem(thrown).message;
		} finally {
			this.binding = null;
		}
	}

	/** Leaves a picture out; nothing of it stays. */
	drop(draft: Draft) {
		URL.revokeObjectURL(draft.url);
		this.drafts = this.drafts.filter(({ id }) => id !== draft.id);
		this.#count();
	}

	/** Leaves out whatever is there. */
	empty() {
		for (const draft of this.drafts) this.drop(draft);
	}

	async #stage(made: Blob, kind: EvidenceKind, caption: string, capturedAt: string) {
		const mediaType = made.type === 'application/pdf' ? 'application/pdf' : 'image/jpeg';
		const staging = { visit: this.#place.visit, standard: this.#place.standard, kind, mediaType, capturedAt, caption: caption.trim() || null } as const;
		await phone.core.stageEvidence(staging, new Uint8Array(await made.arrayBuffer()));
		this.kept += 1;
	}

	#count() {
		phone.unkept = this.drafts.length;
	}
}
