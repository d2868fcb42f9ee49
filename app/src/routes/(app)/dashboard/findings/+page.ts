import { askAll } from '#lib/graph/client.ts';
import { graphql, type VariablesOf } from '#lib/graph/graphql.ts';
import { dayIn, schoolYear, today } from '#lib/dates.ts';
import type { PageLoad } from './$types';

const Findings = graphql(`
	query FindingsBy($after: String, $where: FindingWhere) {
		findings(first: 100, after: $after, where: $where) {
			edges {
				node {
					id
					seen
					action
					rating { label }
					standard { code title }
					provider { id name }
					visit { id plannedFor partnership { id name } }
				}
			}
			pageInfo { hasNextPage endCursor }
		}
	}
`);

export const load: PageLoad = async ({ url }) => {
	const since = dayIn(url.searchParams.get('since')) ?? schoolYear(today());
	const partnership = url.searchParams.get('partnership');
	const where: VariablesOf<typeof Findings>['where'] = {
		rating: { fallsShort: { eq: true } },
		visit: { completedAt: { gte: `${since}T00:00:00Z` }, ...(partnership && { partnership: { id: { eq: partnership } } }) },
	};
	const findings = await askAll(Findings, { where }, (result) => result.findings);
	const on = (finding: (typeof findings)[number]) => finding.visit?.plannedFor ?? '';
	return { since, partnership, findings: findings.sort((one, other) => on(other).localeCompare(on(one))), query: { document: Findings, variables: { where } } };
};
