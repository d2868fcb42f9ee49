import { askAll } from '#lib/graph/client.ts';
import { graphql, type VariablesOf } from '#lib/graph/graphql.ts';
import { today } from '#lib/dates.ts';
import type { PageLoad } from './$types';

const Actions = graphql(`
	query ActionsBy($after: String, $where: ImprovementActionWhere) {
		improvementActions(first: 100, after: $after, where: $where, orderBy: [{ field: DUE_ON }]) {
			edges {
				node {
					id
					area
					action
					owner
					dueOn
					state
					evidence(first: 1, where: { withdrawnAt: { isNull: true } }) { totalCount }
					provider {
						id
						name
						telephone
						contacts(first: 5, where: { endsOn: { isNull: true }, role: { in: [KEY_CONTACT, HEAD] } }) {
							edges { node { name role telephone email } }
						}
					}
				}
			}
			pageInfo { hasNextPage endCursor }
		}
	}
`);

/** Which actions a view shows. */
const VIEWS: Record<string, (day: string) => VariablesOf<typeof Actions>['where']> = {
	late: (day) => ({ state: { eq: 'OPEN' }, dueOn: { lt: day } }),
	reported: () => ({ state: { eq: 'REPORTED_DONE' } }),
	open: (day) => ({ state: { eq: 'OPEN' }, dueOn: { gte: day } }),
};

export const load: PageLoad = async ({ url }) => {
	const show = url.searchParams.get('show') ?? 'late';
	const day = today();
	const where = (VIEWS[show] ?? VIEWS.late)?.(day);
	const actions = await askAll(Actions, { where }, ({ improvementActions }) => improvementActions);
	return { show, day, actions, query: { document: Actions, variables: { where } } };
};
