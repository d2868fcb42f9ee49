import { readStanding } from '#lib/standing/read.ts';
import { askAll } from '#lib/graph/client.ts';
import { graphql } from '#lib/graph/graphql.ts';
import type { PageLoad } from './$types';

const Documents = graphql(`
	query OwnDocuments($provider: ID!, $after: String) {
		documents(first: 100, after: $after, where: { provider: { id: { eq: $provider } } }, orderBy: [{ field: CREATED_AT, direction: DESC }]) {
			edges { node { id title state startsOn expiresOn createdAt file { state } } }
			pageInfo { hasNextPage endCursor }
		}
	}
`);

export const load: PageLoad = async ({ parent }) => {
	const { own } = await parent();
	const [standing, documents] = await Promise.all([
		readStanding(own.id),
		askAll(Documents, { provider: own.id }, ({ documents }) => documents),
	]);
	return { standing, documents };
};
