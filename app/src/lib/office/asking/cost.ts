// What a question may cost, by the server's own rule and before it is asked: one for each field, times the page sizes above it.
import { GraphQLError, Kind, parse, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode, type ValueNode } from 'graphql';
import type { Question } from './question.ts';

/** The most that the server takes. */
export const MOST = 50_000;
const DEFAULT_PAGE = 20;
const MOST_ROWS = 100;

/** What a question may cost; or why it cannot be read. */
export type Cost = { weight: number } | { wrong: string; line: number };

interface Measure {
	weight: number;
	/** Whether rows of a list are asked for at its top. */
	rows: boolean;
}

/** Weighs a question. */
export function costOf({ query, variables }: Question): Cost {
	try {
		const { definitions } = parse(query);
		const fragments = new Map(definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [])));
		const weights = definitions.flatMap((definition) => (definition.kind === Kind.OPERATION_DEFINITION ? measure(definition.selectionSet, fragments, variables).weight : []));
		return { weight: Math.max(0, ...weights) };
	} catch (error) {
		if (!(error instanceof GraphQLError)) throw error;
		return { wrong: error.message.replace(/^Syntax Error: /, ''), line: error.locations?.[0]?.line ?? 1 };
	}
}

type Fragments = Map<string, FragmentDefinitionNode>;

function measure(set: SelectionSetNode | undefined, fragments: Fragments, variables: object): Measure {
	const parts = (set?.selections ?? []).map((selection): Measure => {
		if (selection.kind === Kind.FIELD) return ofField(selection, fragments, variables);
		if (selection.kind === Kind.INLINE_FRAGMENT) return measure(selection.selectionSet, fragments, variables);
		const fragment = fragments.get(selection.name.value);
		// A fragment within itself is for the server to refuse.
		const others = new Map([...fragments].filter(([name]) => name !== selection.name.value));
		return measure(fragment?.selectionSet, others, variables);
	});
	return { weight: parts.reduce((sum, { weight }) => sum + weight, 0), rows: parts.some(({ rows }) => rows) };
}

function ofField(field: FieldNode, fragments: Fragments, variables: object): Measure {
	const below = measure(field.selectionSet, fragments, variables);
	const { value: name } = field.name;
	const asked = field.arguments?.find((argument) => argument.name.value === 'first') ?? field.arguments?.find((argument) => argument.name.value === 'last');
	const page = asked ? rowsAsked(asked.value, variables) : below.rows ? DEFAULT_PAGE : 1;
	return { weight: below.weight * page + 1, rows: name === 'edges' || name === 'nodes' };
}

/** How many rows are asked for; the most that there may be where that cannot be read here. */
function rowsAsked(value: ValueNode, variables: object): number {
	const number = value.kind === Kind.INT ? Number(value.value) : value.kind === Kind.VARIABLE ? (variables as Record<string, unknown>)[value.name.value] : null;
	return typeof number === 'number' ? Math.min(Math.max(number, 1), MOST_ROWS) : MOST_ROWS;
}
