// One file on its way: announced in the graph, sent by tus, then looked into by the server. It says where it is at every
// moment, and after a break it goes on from the byte where it stopped.
import type { Upload as TusUpload } from 'tus-js-client';
import { ask, Failure, OURS } from '#lib/graph/client.ts';
import { graphql } from '#lib/graph/graphql.ts';
import { word } from '#lib/words.ts';

const Verdict = graphql(`query Verdict($id: ID!) { node(id: $id) { __typename ... on File { state refusal } } }`);
/** What the server is told of a file before its bytes come. */
export interface Announcement {
	sha256: string;
	byteSize: number;
	mediaType: string;
}

/** Where a file is. `stopped` can go on; `refused` cannot. */
export type Stage = 'here' | 'reading' | 'sending' | 'checking' | 'arrived' | 'stopped' | 'refused';

const LOOKS = 40;
const PAUSE = 1500;

export class Upload {
	readonly file: File;
	stage = $state<Stage>('here');
	/** How much of it has been sent, 0 to 1. */
	progress = $state(0);
	/** Why it stopped or was refused, and what to do. */
	problem = $state('');
	#id: string | null = null;
	#tus: TusUpload | null = null;

	constructor(file: File) {
		this.file = file;
	}

	/** Whether it is on its way just now. */
	get busy() {
		return this.stage === 'reading' || this.stage === 'sending' || this.stage === 'checking';
	}

	/** Sends it, or goes on. `announce` gives the id of the file that the bytes belong to, or null where it was refused. */
	async send(announce: (announcement: Announcement) => Promise<string | null>): Promise<void> {
		this.problem = '';
		try {
			this.#id ??= await this.#announce(announce);
			if (this.#id === null) return this.#to('here');
			this.#to('sending');
			await this.#bytes(this.#id);
			this.#to('checking');
			await this.#verdict(this.#id);
		} catch (error) {
			this.#to('stopped', error instanceof Failure && error.kind === 'signed-out' ? SIGNED_OUT : BROKEN);
		}
	}

	async #announce(announce: (announcement: Announcement) => Promise<string | null>) {
		this.#to('reading');
		const digest = await crypto.subtle.digest('SHA-256', await this.file.arrayBuffer());
		const sha256 = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
		return announce({ sha256, byteSize: this.file.size, mediaType: this.file.type });
	}

	async #bytes(id: string) {
		const tus = await import('tus-js-client');
		await new Promise<void>((resolve, reject) => {
			this.#tus ??= new tus.Upload(this.file, {
				endpoint: '/uploads',
				headers: OURS,
				// The file's own name stays here: people write names of children into them.
				metadata: { file: id },
				storeFingerprintForResuming: false,
				retryDelays: [0, 1000, 3000, 5000],
			});
			this.#tus.options.onProgress = (sent, total) => (this.progress = total ? sent / total : 0);
			this.#tus.options.onSuccess = () => resolve();
			this.#tus.options.onError = reject;
			this.#tus.start();
		});
	}

	async #verdict(id: string) {
		for (let look = 0; look < LOOKS; look += 1) {
			const { node } = await ask(Verdict, { id });
			if (node?.__typename === 'File' && node.state === 'ACCEPTED') return this.#to('arrived');
			if (node?.__typename === 'File' && node.state === 'REFUSED') return this.#to('refused', word('fileRefusal', node.refusal));
			await new Promise((resolve) => setTimeout(resolve, PAUSE));
		}
		// It has arrived; the server is busy, and will say later what it found.
		this.#to('arrived');
	}

	#to(stage: Stage, problem = '') {
		this.stage = stage;
		this.problem = problem;
	}
}

const BROKEN = 'The connection broke. What has been sent is kept: try again to go on from there.';
const SIGNED_OUT = 'You have been signed out. Sign in again in another tab, then try again here.';
