import { ask, found, rows } from '#lib/graph/client.ts';
import { graphql } from '#lib/graph/graphql.ts';
import type { PageLoad } from './$types';

const People = graphql(`
	query PeopleAndSites($id: ID!) {
		node(id: $id) {
			__typename
			... on Provider {
				id
				version
				telephone
				email
				website
				capacity
				contacts(first: 100, where: { endsOn: { isNull: true } }) { totalCount edges { node { id name role position email telephone startsOn } } }
				sites(first: 100, where: { endsOn: { isNull: true } }) { totalCount edges { node { id name address postcode startsOn } } }
			}
		}
	}
`);

export const load: PageLoad = async ({ parent }) => {
	const { own } = await parent();
	const { node } = await ask(People, { id: own.id });
	const provider = found(node?.__typename === 'Provider' ? node : null);
	return { provider, contacts: rows(provider.contacts), sites: rows(provider.sites) };
};
