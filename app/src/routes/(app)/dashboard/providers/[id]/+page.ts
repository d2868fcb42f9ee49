import { ask, found, rows } from '#lib/graph/client.ts';
import { graphql } from '#lib/graph/graphql.ts';
import { readChases } from '#lib/office/chases/chase.ts';
import { readStanding } from '#lib/standing/read.ts';
import type { PageLoad } from './$types';

const Provider = graphql(`
	query ProviderPage($id: ID!) {
		node(id: $id) {
			__typename
			... on Provider {
				id
				registered
				website
				telephone
				email
				capacity
				nextVisitDueOn
				contacts(first: 50, where: { endsOn: { isNull: true } }) { edges { node { id name role position telephone email } } }
				sites(first: 50, where: { endsOn: { isNull: true } }) { edges { node { id name address postcode } } }
				approvals(first: 20, orderBy: [{ field: STARTS_ON, direction: DESC }]) { edges { node { id state reason startsOn endsOn } } }
				visits(first: 20, where: { state: { ne: CANCELLED } }, orderBy: [{ field: PLANNED_FOR, direction: DESC }]) {
					edges { node { id purpose plannedFor state reportState scrutinyEndsOn outcome { label } } }
				}
				placements(first: 1, where: { state: { eq: ACTIVE } }) { totalCount }
			}
		}
	}
`);

export const load: PageLoad = async ({ params }) => {
	const [{ node }, standing, chases] = await Promise.all([
		ask(Provider, { id: params.id }),
		readStanding(params.id),
		readChases({ state: { eq: 'OPEN' }, provider: { id: { eq: params.id } } }),
	]);
	const provider = found(node?.__typename === 'Provider' ? node : null);
	return { provider, standing, chases, contacts: rows(provider.contacts), sites: rows(provider.sites) };
};
