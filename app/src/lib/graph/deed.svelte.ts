// Something that a person does and the server may refuse: the state that a form shows around one mutation.
import { ask, Failure } from './client.ts';
import type { Document } from './graphql.ts';

/** Why nothing was done, in words for a person. */
export interface Refusal {
	code: string;
	message: string;
	field?: string | null;
}

interface Payload {
	refusal: Refusal | null;
}

type Payloads = Record<string, Payload>;
type Input<Variables> = Variables extends { input: infer I } ? Omit<I, 'idempotencyKey'> : never;

/**
 * One thing to do. Asked again after a lost answer, the server knows it by its key and does it once; what was refused
 * was not done, so the next attempt is a new thing.
 */
export class Deed {
	busy = $state(false);
	refusal = $state<Refusal | null>(null);
	#key = crypto.randomUUID();

	/** Does it. Null where it was refused or the server was not reached; then `refusal` says why. */
	async perform<Result extends object, Variables extends { input: object }>(
		document: Document<Result, Variables>,
		input: NoInfer<Input<Variables>>,
	): Promise<Result | null> {
		this.busy = true;
		this.refusal = null;
		try {
			const variables = { input: { ...input, idempotencyKey: this.#key } } as unknown as Variables;
			const result = await ask(document, variables);
			this.refusal = Object.values(result as Payloads)[0]?.refusal ?? null;
			this.#key = crypto.randomUUID();
			return this.refusal ? null : result;
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			this.refusal = refused(error);
			return null;
		} finally {
			this.busy = false;
		}
	}

	/** The words about one field of the form. */
	about(field: string): string | undefined {
		return this.refusal?.field === field ? this.refusal.message : undefined;
	}
}

function refused(failure: Failure): Refusal {
	const words = {
		offline: 'The server cannot be reached. Nothing is lost: check the connection and try again.',
		'signed-out': 'You have been signed out. Sign in again in another tab, then try again here.',
		'not-found': failure.message,
		broken: 'Something went wrong on our side. Try again; if it stays so, tell us the number below.',
	};
	return { code: failure.kind, message: words[failure.kind] };
}
