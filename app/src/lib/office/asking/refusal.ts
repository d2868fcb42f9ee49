// Why a question got no answer, or no file, in words for whoever asked it.

/** A refusal: what it means, what the server said, and where in the question it points. */
export interface Refusal {
	title: string;
	words: string;
	/** Line and column in the question, from 1. */
	at?: { line: number; column: number } | undefined;
	/** By which the server's people find it. */
	requestId?: string | undefined;
}

export interface GraphError {
	message: string;
	locations?: { line: number; column: number }[];
	extensions?: { code?: string; requestId?: string };
}

/** What the server's codes mean here. Its own words say the rest. */
const TITLES: Record<string, string> = {
	PARSE_FAILED: 'The question cannot be read.',
	VALIDATION_FAILED: 'The question does not fit what is there to be asked.',
	BAD_INPUT: 'It cannot be asked like this.',
	COUNT_ONLY: 'You may count these records, and not see them.',
	TOO_LARGE: 'There are more rows than go into one file.',
	FORBIDDEN: 'You may not take out data.',
	UNAUTHENTICATED: 'You have been signed out. Sign in again in another tab.',
	THROTTLED: 'Too many attempts. Wait a minute.',
	UNAVAILABLE: 'Not just now.',
	TIMED_OUT: 'It took too long.',
	INTERNAL: 'Something went wrong on our side.',
};

/** An error of the graph, for a person. */
export function refusalFrom({ message, locations, extensions }: GraphError): Refusal {
	const code = extensions?.code ?? '';
	const title = code.startsWith('LIMIT_') ? 'It asks for too much at once.' : (TITLES[code] ?? 'The server does not answer this.');
	return { title, words: message, at: locations?.[0], requestId: code === 'INTERNAL' ? extensions?.requestId : undefined };
}

/** Why an answer is none. */
export async function refusalOf(response: Response): Promise<Refusal> {
	const { errors } = (await response.json().catch(() => ({}))) as { errors?: GraphError[] };
	const [error] = errors ?? [];
	return error ? refusalFrom(error) : { title: 'The server does not answer as it should.', words: 'Try again in a minute.' };
}
