import { askAll } from '#lib/graph/client.ts';
import { graphql } from '#lib/graph/graphql.ts';
import type { PageLoad } from './$types';

const Actions = graphql(`
	query OwnActions($provider: ID!, $after: String) {
		improvementActions(first: 100, after: $after, where: { provider: { id: { eq: $provider } } }, orderBy: [{ field: DUE_ON }]) {
			edges { node { id area action owner dueOn state closedAt } }
			pageInfo { hasNextPage endCursor }
		}
	}
`);

export const load: PageLoad = async ({ parent }) => {
	const { own } = await parent();
	return { actions: await askAll(Actions, { provider: own.id }, ({ improvementActions }) => improvementActions) };
};
