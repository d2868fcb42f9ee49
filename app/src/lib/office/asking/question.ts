// A question to the graph as people write it: its text, what it is asked with, its address and its answer.
import { OURS, send } from '#lib/graph/client.ts';
import { textOf } from '#lib/graph/graphql.ts';
import { refusalFrom, type GraphError, type Refusal } from './refusal.ts';

/** A question as it is sent. */
export interface Question {
	query: string;
	variables: object;
}

/** An operation of the app as people write it: without the indentation that it has in the source. */
export function asWritten(document: object): string {
	const lines = textOf(document).replace(/^\n+|\s+$/g, '').split('\n');
	const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => /^\t*/.exec(line)?.[0].length ?? 0));
	return lines.map((line) => line.slice(indent).replaceAll('\t', '  ')).join('\n');
}

const inHash = ({ query, variables }: Question) => new URLSearchParams({ query, variables: JSON.stringify(variables, null, 2) });

/** Where a question can be asked, changed and taken out as data. It stands behind the #, where no server's log sees it. */
export const addressOf = (question: Question): string => `/analyst/query#${inHash(question)}`;

/** The same in GraphiQL, which suggests fields and explains them. */
export const inGraphiQL = (question: Question): string => `/graphql#${inHash(question)}`;

/** The parts of a question that an address brings along, as text. */
export function fromHash(hash: string): { query: string; variables: string } | null {
	const parts = new URLSearchParams(hash.slice(1));
	const query = parts.get('query');
	const variables = parts.get('variables') ?? '';
	return query === null ? null : { query, variables: variables === '{}' ? '' : variables };
}

/** What a question is asked with, from its JSON; null where that is no JSON object. */
export function variablesFrom(text: string): object | null {
	if (!text.trim()) return {};
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
	} catch {
		return null;
	}
}

/** What came of asking: data, refusals, or both where a part of it failed. */
export interface Answer {
	data: Record<string, unknown> | null;
	refusals: Refusal[];
}

/** Asks a question, whatever it is. */
export async function answerTo(question: Question): Promise<Answer> {
	const headers = { ...OURS, 'content-type': 'application/json', accept: 'application/graphql-response+json' };
	const response = await send('/graphql', { method: 'POST', headers, body: JSON.stringify(question) });
	const { data = null, errors = [] } = (await response.json().catch(() => ({ errors: [UNREADABLE] }))) as { data?: Answer['data']; errors?: GraphError[] };
	return { data, refusals: errors.map(refusalFrom) };
}

const UNREADABLE: GraphError = { message: 'It gave no answer that can be read. Try again in a minute.' };
