// Asking the graph from a browser. The session is a cookie that no script can read; the header beside it is what the
// server asks for, so that no page of another site can speak in the viewer's name.
import { textOf, type Document } from './graphql.ts';

/** Goes with every request that rides on the session cookie. */
export const OURS = { 'x-waymark-request': 'app' };
const HEADERS = { ...OURS, 'content-type': 'application/json', accept: 'application/graphql-response+json' };

/** What kind of failure: no line to the server, nobody signed in, nothing there, or a surprise. */
export type FailureKind = 'offline' | 'signed-out' | 'not-found' | 'broken';

/** A request that got no answer that can be shown. */
export class Failure extends Error {
	readonly kind: FailureKind;
	readonly requestId: string | undefined;

	constructor(kind: FailureKind, message: string, requestId?: string) {
		super(message);
		this.kind = kind;
		this.requestId = requestId;
	}
}

interface Answer<Result> {
	data?: Result | null;
	errors?: { message: string; extensions?: { code?: string; requestId?: string } }[];
}

/** Sends a request to the server; what comes back has been understood by it. */
export async function send(path: string, init: RequestInit): Promise<Response> {
	try {
		return await fetch(path, { ...init, redirect: 'error' });
	} catch {
		throw new Failure('offline', 'The server cannot be reached.');
	}
}

/** Asks the graph. */
export async function ask<Result, Variables>(
	document: Document<Result, Variables>,
	variables?: NoInfer<Variables>,
): Promise<Result> {
	const body = JSON.stringify({ query: textOf(document), variables });
	const response = await send('/graphql', { method: 'POST', headers: HEADERS, body });
	const answer: Answer<Result> = await response.json().catch(() => {
		// A proxy on the way answers for a server that is not there.
		throw new Failure(response.status >= 500 ? 'offline' : 'broken', 'The server gave no answer that can be read.');
	});
	const [error] = answer.errors ?? [];
	if (error) {
		const kind = error.extensions?.code === 'UNAUTHENTICATED' ? 'signed-out' : 'broken';
		throw new Failure(kind, error.message, error.extensions?.requestId);
	}
	if (!answer.data) throw new Failure('broken', 'The server gave an empty answer.');
	return answer.data;
}

/** A connection, as far as reading it to its end needs it. */
export interface Page<Node> {
	edges: { node: Node }[];
	pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Reads a connection to its end, a hundred rows a request: a figure from the first page alone would be wrong. */
export async function askAll<Result, Variables extends { after?: string | null }, Node>(
	document: Document<Result, Variables>,
	variables: NoInfer<Omit<Variables, 'after'>>,
	connection: (result: Result) => Page<Node>,
): Promise<Node[]> {
	const { nodes } = await askPages(document, variables, connection, Infinity);
	return nodes;
}

/** Reads so many pages of a connection at most, and says whether they were all. */
export async function askPages<Result, Variables extends { after?: string | null }, Node>(
	document: Document<Result, Variables>,
	variables: NoInfer<Omit<Variables, 'after'>>,
	connection: (result: Result) => Page<Node>,
	most: number,
): Promise<{ nodes: Node[]; whole: boolean }> {
	const nodes: Node[] = [];
	let after: string | null = null;
	for (let page = 0; page < most; page += 1) {
		const { edges, pageInfo }: Page<Node> = connection(await ask(document, { ...variables, after } as Variables));
		nodes.push(...rows({ edges }));
		if (!pageInfo.hasNextPage) return { nodes, whole: true };
		after = pageInfo.endCursor;
	}
	return { nodes, whole: false };
}

/** The rows of a connection. */
export const rows = <Node>(connection: { edges: { node: Node }[] }): Node[] => connection.edges.map(({ node }) => node);

/** The node that an address names, or the "not found" screen. */
export function found<Node>(node: Node | null | undefined): NonNullable<Node> {
	if (node === null || node === undefined) throw new Failure('not-found', 'There is no such page, or none that you may see.');
	return node;
}
