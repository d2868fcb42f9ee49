// What a question would come to, as the server says without running it.
import { ask, Failure } from '#lib/graph/client.ts';
import { graphql, type ResultOf } from '#lib/graph/graphql.ts';
import type { Question } from './question.ts';

const Estimated = graphql(`
	query Estimated($query: String!, $variables: JSON) {
		estimate(query: $query, variables: $variables) { runs cost costLimit lists { path page rows } problems { message line } }
	}
`);

/** A question's cost and lists, and why it would be refused. */
export type Estimate = ResultOf<typeof Estimated>['estimate'];

/** Weighs a question; nothing where the server cannot be asked just now. */
export async function estimateOf({ query, variables }: Question): Promise<Estimate | null> {
	try {
		return (await ask(Estimated, { query, variables })).estimate;
	} catch (error) {
		if (error instanceof Failure) return null;
		throw error;
	}
}
