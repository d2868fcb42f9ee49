// Any query as data: the server writes the rows of its one list into a file, and this fetches it.
import { Failure, OURS, send } from '#lib/graph/client.ts';
import type { Question } from './question.ts';
import { refusalOf, type Refusal } from './refusal.ts';

/** The forms in which the server gives rows: what it is asked for, what people call it and what it is good for. */
export const FORMS = [
	{ accept: 'text/csv', name: 'CSV', use: 'for Excel' },
	{ accept: 'application/vnd.apache.parquet', name: 'Parquet', use: 'for R and Python' },
	{ accept: 'application/x-ndjson', name: 'NDJSON', use: 'an object a line' },
	{ accept: 'application/csvm+json', name: 'Data dictionary', use: 'what each column is' },
] as const;

export type Form = (typeof FORMS)[number];

/** One file on its way from the server. */
export class Extraction {
	/** Where it is. Until the server has written all of it, no byte comes. */
	stage = $state<'none' | 'asked' | 'coming' | 'here' | 'refused'>('none');
	form = $state<Form | null>(null);
	/** Bytes that are here, and bytes in all. */
	received = $state(0);
	size = $state(0);
	name = $state('');
	rows = $state(0);
	refusal = $state<Refusal | null>(null);
	#stop = new AbortController();

	get busy() {
		return this.stage === 'asked' || this.stage === 'coming';
	}

	/** Fetches the rows of a question and hands them to the person as a file. */
	async take(form: Form, question: Question): Promise<void> {
		this.#stop = new AbortController();
		this.stage = 'asked';
		this.form = form;
		this.received = this.size = 0;
		this.refusal = null;
		try {
			const file = await this.#fetch(form, question);
			if (!file) return;
			save(this.name, file);
			this.stage = 'here';
		} catch (error) {
			if (this.#stop.signal.aborted) this.stage = 'none';
			else if (error instanceof Failure) this.#refuse({ title: 'The server cannot be reached.', words: 'Check the connection, then try again.' });
			else this.#refuse({ title: 'The file broke off.', words: 'What had come was thrown away. Try again.' });
		}
	}

	/** Gives it up. */
	stop() {
		this.#stop.abort();
	}

	async #fetch({ accept }: Form, question: Question) {
		const headers = { ...OURS, 'content-type': 'application/json', accept };
		const response = await send('/graphql', { method: 'POST', headers, body: JSON.stringify(question), signal: this.#stop.signal });
		if (!response.ok || !response.body) return this.#refuse(await refusalOf(response));
		this.name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'waymark';
		this.rows = Number(response.headers.get('waymark-rows') ?? 0);
		this.size = Number(response.headers.get('content-length') ?? 0);
		this.stage = 'coming';
		return this.#read(response.body, accept);
	}

	async #read(body: ReadableStream<Uint8Array<ArrayBuffer>>, type: string) {
		const parts: Uint8Array<ArrayBuffer>[] = [];
		for await (const part of pieces(body)) {
			parts.push(part);
			this.received += part.length;
		}
		return new Blob(parts, { type });
	}

	#refuse(refusal: Refusal) {
		this.refusal = refusal;
		this.stage = 'refused';
	}
}

/** What a stream brings, piece by piece. Not every browser can walk a stream by itself. */
async function* pieces<Piece>(stream: ReadableStream<Piece>) {
	const reader = stream.getReader();
	for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

function save(name: string, file: Blob) {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(file);
	link.download = name;
	link.click();
	URL.revokeObjectURL(link.href);
}
