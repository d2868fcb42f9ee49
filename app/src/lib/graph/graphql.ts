// Operations, typed from the server's schema. A document is its text, and nothing more: the browser never parses one.
import type { initGraphQLTada, TadaDocumentNode } from 'gql.tada';
import type { introspection } from './schema-types.d.ts';

type Api = ReturnType<
	typeof initGraphQLTada<{
		introspection: introspection;
		disableMasking: true;
		scalars: { Date: string; DateTime: string; Money: string; BigInt: number; JSON: unknown };
	}>
>;

/** A typed operation. */
export type Document<Result, Variables> = TadaDocumentNode<Result, Variables, unknown>;

const join = (text: string, fragments: readonly unknown[] = []) =>
	[...new Set([text, ...fragments.flatMap((fragment) => String(fragment).split(/\n(?=fragment )/))])].join('\n');

/** Writes an operation or a fragment down; the fragments that it uses come second. */
export const graphql = join as unknown as Api;

/** The text of an operation. */
export const textOf = (document: Document<never, never> | object) => String(document);

export type { ResultOf, VariablesOf, FragmentOf } from 'gql.tada';
