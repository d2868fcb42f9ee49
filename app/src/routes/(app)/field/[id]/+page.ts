import { ask, askAll, found, rows } from '#lib/graph/client.ts';
import { graphql } from '#lib/graph/graphql.ts';
import { readStanding } from '#lib/standing/read.ts';
import type { PageLoad } from './$types';

const Brief = graphql(`
	query VisitBrief($id: ID!) {
		node(id: $id) {
			__typename
			... on Visit {
				id
				purpose
				plannedFor
				plannedAt
				site { name address postcode }
				visitors(first: 10) { edges { node { lead account { name } } } }
				frameworkVersion { edition framework { name } }
				provider {
					id
					name
					telephone
					contacts(first: 20, where: { endsOn: { isNull: true }, role: { in: [DSL, DEPUTY_DSL, KEY_CONTACT, HEAD] } }) {
						edges { node { id name role telephone } }
					}
				}
			}
		}
	}
`);

const LastTime = graphql(`
	query FoundLastTime($after: String, $provider: ID!, $before: Date!) {
		findings(
			first: 100
			after: $after
			where: { visit: { provider: { id: { eq: $provider } }, plannedFor: { lt: $before } }, rating: { fallsShort: { eq: true } } }
		) {
			edges { node { id action seen rating { label } standard { code title } visit { id plannedFor } } }
			pageInfo { hasNextPage endCursor }
		}
	}
`);

export const load: PageLoad = async ({ params }) => {
	const { node } = await ask(Brief, { id: params.id });
	const visit = found(node?.__typename === 'Visit' ? node : null);
	const provider = found(visit.provider);
	const [standing, findings] = await Promise.all([
		readStanding(provider.id),
		askAll(LastTime, { provider: provider.id, before: visit.plannedFor }, (result) => result.findings),
	]);
	const last = findings.reduce((day, { visit }) => (visit && visit.plannedFor > day ? visit.plannedFor : day), '');
	return { visit, provider, contacts: rows(provider.contacts), standing, last, findings: findings.filter(({ visit }) => visit?.plannedFor === last) };
};
