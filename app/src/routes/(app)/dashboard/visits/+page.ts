import { askAll } from '#lib/graph/client.ts';
import { graphql, type VariablesOf } from '#lib/graph/graphql.ts';
import { addDays, dayIn, schoolYear, today } from '#lib/dates.ts';
import type { PageLoad } from './$types';

const Due = graphql(`
	query ProvidersDueAVisit($after: String, $where: ProviderWhere) {
		providers(first: 100, after: $after, where: $where, orderBy: [{ field: NEXT_VISIT_DUE_ON }]) {
			edges {
				node {
					id
					name
					kind
					nextVisitDueOn
					visits(first: 1, where: { state: { eq: PLANNED } }, orderBy: [{ field: PLANNED_FOR }]) { edges { node { plannedFor } } }
				}
			}
			pageInfo { hasNextPage endCursor }
		}
	}
`);

const Visits = graphql(`
	query VisitsBy($after: String, $where: VisitWhere) {
		visits(first: 100, after: $after, where: $where, orderBy: [{ field: PLANNED_FOR }]) {
			edges {
				node {
					id
					purpose
					plannedFor
					plannedAt
					state
					reportState
					scrutinyEndsOn
					provider { id name }
					visitors(first: 5) { edges { node { lead account { name } } } }
					amendments(first: 1, where: { state: { eq: SUGGESTED } }) { totalCount }
				}
			}
			pageInfo { hasNextPage endCursor }
		}
	}
`);

/** Which visits a view shows; the completed ones since a day, and of one partnership where one is named. */
const VIEWS: Record<string, (since: string, partnership: string | null) => VariablesOf<typeof Visits>['where']> = {
	planned: () => ({ state: { eq: 'PLANNED' } }),
	scrutiny: () => ({ reportState: { in: ['WITH_PROVIDER', 'AMENDMENTS_SUGGESTED'] } }),
	agreed: () => ({ reportState: { eq: 'AGREED' } }),
	completed: (since, partnership) => ({ completedAt: { gte: `${since}T00:00:00Z` }, ...(partnership && { partnership: { id: { eq: partnership } } }) }),
};

export const load: PageLoad = async ({ url }) => {
	const show = url.searchParams.get('show') ?? 'overdue';
	const day = today();
	const since = dayIn(url.searchParams.get('since')) ?? schoolYear(day);
	const view = VIEWS[show]?.(since, url.searchParams.get('partnership'));
	if (view) {
		const visits = await askAll(Visits, { where: view }, (result) => result.visits);
		return { show, day, since, visits, due: [], query: { document: Visits, variables: { where: view } } };
	}
	// Nothing is due at a provider that has closed.
	const approvals = { none: { endsOn: { isNull: true }, state: { eq: 'CLOSED' as const } } };
	const where = { nextVisitDueOn: show === 'due' ? { gte: day, lte: addDays(day, 30) } : { lt: day }, approvals };
	const due = await askAll(Due, { where }, ({ providers }) => providers);
	return { show, day, since, visits: [], due, query: { document: Due, variables: { where } } };
};
