import { ask, found, rows } from '#lib/graph/client.ts';
import { graphql } from '#lib/graph/graphql.ts';
import { today } from '#lib/dates.ts';
import { readTeam } from '#lib/office/chases/chase.ts';
import type { PageLoad } from './$types';

const ToVisit = graphql(`
	query ToVisit($id: ID!) {
		node(id: $id) {
			__typename
			... on Provider {
				id
				name
				nextVisitDueOn
				sites(first: 50, where: { endsOn: { isNull: true } }) { edges { node { id name } } }
				visits(first: 1, orderBy: [{ field: PLANNED_FOR, direction: DESC }]) { edges { node { frameworkVersion { id } } } }
			}
		}
		frameworks(first: 100, orderBy: [{ field: NAME }]) {
			edges { node { name versions(first: 1, orderBy: [{ field: CREATED_AT, direction: DESC }]) { edges { node { id edition } } } } }
		}
	}
`);

export const load: PageLoad = async ({ parent, url }) => {
	const { viewer } = await parent();
	const day = today();
	const [{ node, frameworks }, team] = await Promise.all([ask(ToVisit, { id: url.searchParams.get('provider') ?? '' }), readTeam(day)]);
	const provider = found(node?.__typename === 'Provider' ? node : null);
	const versions = rows(frameworks).flatMap(({ name, versions }) => rows(versions).map(({ id, edition }): [string, string] => [id, `${name}, ${edition}`]));
	const last = rows(provider.visits)[0]?.frameworkVersion?.id;
	return {
		provider,
		sites: rows(provider.sites).map(({ id, name }): [string, string] => [id, name]),
		versions,
		version: versions.find(([id]) => id === last)?.[0] ?? versions[0]?.[0] ?? '',
		day: provider.nextVisitDueOn && provider.nextVisitDueOn > day ? provider.nextVisitDueOn : '',
		team,
		viewerId: viewer.id,
	};
};
