import { askAll } from '#lib/graph/client.ts';
import { graphql } from '#lib/graph/graphql.ts';
import type { PageLoad } from './$types';

const Placed = graphql(`
	query PlacedNow($provider: ID!, $after: String) {
		placements(first: 100, after: $after, where: { provider: { id: { eq: $provider } }, state: { in: [ACTIVE, AGREED] } }, orderBy: [{ field: STARTS_ON }]) {
			edges {
				node {
					id
					state
					startsOn
					targetEndsOn
					weeklyMinutes
					pupil { id givenName familyName yearGroup }
					onRollSchool { name }
					site { name }
					sessions(first: 20) { edges { node { id weekday startsAt endsAt } } }
				}
			}
			pageInfo { hasNextPage endCursor }
		}
	}
`);

export const load: PageLoad = async ({ parent }) => {
	const { own } = await parent();
	return { placements: await askAll(Placed, { provider: own.id }, ({ placements }) => placements) };
};
