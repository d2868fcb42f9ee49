import { askAll } from '#lib/graph/client.ts';
import { graphql } from '#lib/graph/graphql.ts';
import { addDays, today } from '#lib/dates.ts';
import type { PageLoad } from './$types';

const Coming = graphql(`
	query ComingVisits($after: String, $visitor: ID!, $from: Date!) {
		visits(
			first: 100
			after: $after
			where: { state: { in: [PLANNED, IN_PROGRESS] }, plannedFor: { gte: $from }, visitors: { some: { account: { id: { eq: $visitor } } } } }
			orderBy: [{ field: PLANNED_FOR }]
		) {
			edges { node { id purpose plannedFor plannedAt state provider { name } site { name address postcode } } }
			pageInfo { hasNextPage endCursor }
		}
	}
`);

export const load: PageLoad = async ({ parent }) => {
	const { viewer } = await parent();
	const day = today();
	const visits = await askAll(Coming, { visitor: viewer.id, from: addDays(day, -14) }, (result) => result.visits);
	return { day, visits };
};
