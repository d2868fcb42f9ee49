// A document that is about to be sent: what is asked about it, what is suggested, and its file on the way.
import { addDays, monthsFrom } from '#lib/dates.ts';
import { Deed } from '#lib/graph/deed.svelte.ts';
import { graphql } from '#lib/graph/graphql.ts';
import { unfit } from '#lib/uploads/files.ts';
import { Upload } from '#lib/uploads/upload.svelte.ts';

const Submit = graphql(`
	mutation SubmitDocument($input: SubmitDocumentInput!) {
		submitDocument(input: $input) { document { id file { id } } refusal { code message field } }
	}
`);

/** A type of document, as far as its questions go. */
export interface Type {
	id: string;
	name: string;
	asksExpiry: boolean;
	asksCover: boolean;
	monthsValid: number | null;
}

/** The document that this one is to replace. */
export interface Earlier {
	id: string;
	title: string;
	startsOn: string;
	expiresOn: string | null;
	state: string;
	typeIds: string[];
	cover: string | null;
}

export class Draft {
	readonly upload: Upload;
	readonly unfit;
	/** Only for this browser: where the file can be looked at. */
	readonly url: string;
	readonly deed = new Deed();
	readonly #types: Type[];
	readonly #earlier: Earlier | null;
	/** The end that was suggested last: what the person wrote instead of it stands. */
	#suggested = '';

	type = $state('');
	also = $state<string[]>([]);
	title = $state('');
	issuedOn = $state('');
	startsOn = $state('');
	expiresOn = $state('');
	cover = $state('');
	documentId = $state('');
	/** What is missing, by field. */
	missing = $state<Record<string, string>>({});

	constructor(file: File, types: Type[], typeId: string | null, earlier: Earlier | null) {
		this.upload = new Upload(file);
		this.unfit = unfit(file);
		this.url = URL.createObjectURL(file);
		this.#types = types;
		this.#earlier = earlier;
		const [first = typeId ?? '', ...also] = earlier?.typeIds ?? [];
		this.also = also;
		if (first) this.choose(first);
		if (earlier) this.#follow(earlier);
	}

	/** Everything that it proves. */
	get typeIds() {
		return [...new Set([this.type, ...this.also])].filter(Boolean);
	}

	get chosen() {
		return this.#types.filter(({ id }) => this.typeIds.includes(id));
	}

	get asksExpiry() {
		return this.chosen.some(({ asksExpiry }) => asksExpiry);
	}

	get asksCover() {
		return this.chosen.some(({ asksCover }) => asksCover);
	}

	/** Months for which such a document usually holds. */
	get months() {
		return this.chosen.reduce<number | null>((least, { monthsValid }) => (monthsValid === null ? least : Math.min(least ?? monthsValid, monthsValid)), null);
	}

	get sent() {
		return this.upload.stage === 'arrived';
	}

	/** Says what it is, and takes the name of that as its title where none was written. */
	choose(type: string) {
		const name = (id: string) => this.#types.find((candidate) => candidate.id === id)?.name ?? '';
		if (this.title === '' || this.title === name(this.type)) this.title = name(type);
		this.type = type;
		this.suggest();
	}

	/** Suggests the end that follows from the dates that are there. */
	suggest() {
		const from = this.startsOn || this.issuedOn;
		if (!from || !this.months || this.expiresOn !== this.#suggested) return;
		this.#suggested = monthsFrom(from, this.months);
		this.expiresOn = this.#suggested;
	}

	/** The certificate after another usually begins the day after that one ends. */
	#follow(earlier: Earlier) {
		this.title = earlier.title;
		this.cover = earlier.cover ?? '';
		this.startsOn = earlier.state === 'REFUSED' || !earlier.expiresOn ? earlier.startsOn : addDays(earlier.expiresOn, 1);
		this.suggest();
	}

	#check() {
		const missing: Record<string, string> = {};
		if (!this.type) missing.type = 'Say what it is.';
		if (this.title.trim().length < 2) missing.title = 'Give it a title.';
		if (!this.issuedOn) missing.issuedOn = 'Give the date of issue that it bears.';
		if (this.asksExpiry && !this.expiresOn) missing.expiresOn = 'Give the last day that it covers.';
		if (this.asksCover && !/^\d+(\.\d\d)?$/.test(this.#plainCover)) missing.cover = 'Give the amount of cover in pounds, for example 5,000,000.';
		this.missing = missing;
		return Object.keys(missing).length === 0;
	}

	get #plainCover() {
		return this.cover.replace(/[£,\s]/g, '');
	}

	/** Sends it to a provider's commissioner, or goes on sending. Whether it could begin. */
	async send(providerId: string): Promise<boolean> {
		if (!this.documentId && !this.#check()) return false;
		await this.upload.send(async (announce) => {
			const answer = await this.deed.perform(Submit, {
				providerId,
				documentTypeIds: this.typeIds,
				title: this.title.trim(),
				issuedOn: this.issuedOn,
				startsOn: this.startsOn || undefined,
				expiresOn: (this.asksExpiry && this.expiresOn) || undefined,
				cover: this.asksCover ? this.#plainCover : undefined,
				replacesId: this.#earlier?.id,
				file: { announce },
			});
			const document = answer?.submitDocument.document;
			this.documentId = document?.id ?? '';
			return document?.file?.id ?? null;
		});
		return this.documentId !== '';
	}

	/** What is wrong with a field. */
	about(field: string) {
		return this.missing[field] ?? this.deed.about(field);
	}
}
