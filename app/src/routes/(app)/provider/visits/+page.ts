import { askAll } from '#lib/graph/client.ts';
import { graphql } from '#lib/graph/graphql.ts';
import type { PageLoad } from './$types';

const Visits = graphql(`
	query OwnVisits($provider: ID!, $after: String) {
		visits(first: 100, after: $after, where: { provider: { id: { eq: $provider } } }, orderBy: [{ field: PLANNED_FOR, direction: DESC }]) {
			edges {
				node {
					id
					purpose
					plannedFor
					plannedAt
					state
					reportState
					scrutinyEndsOn
					outcome { label }
					site { name }
					visitors(first: 5) { edges { node { lead account { name } } } }
				}
			}
			pageInfo { hasNextPage endCursor }
		}
	}
`);

export const load: PageLoad = async ({ parent }) => {
	const { own } = await parent();
	return { visits: await askAll(Visits, { provider: own.id }, ({ visits }) => visits) };
};
