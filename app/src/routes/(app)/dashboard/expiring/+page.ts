import { askAll } from '#lib/graph/client.ts';
import { graphql } from '#lib/graph/graphql.ts';
import { addDays, today } from '#lib/dates.ts';
import { readMonths } from '#lib/office/months.ts';
import type { PageLoad } from './$types';

const Documents = graphql(`
	query DocumentsBy($after: String, $where: ProviderDocumentWhere) {
		documents(first: 100, after: $after, where: $where, orderBy: [{ field: EXPIRES_ON }]) {
			edges {
				node {
					id
					title
					state
					expiresOn
					createdAt
					replacedBy(first: 1, where: { state: { in: [SUBMITTED, ACCEPTED] } }) { totalCount }
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

export const load: PageLoad = async ({ url }) => {
	const within = url.searchParams.get('within') ?? '30';
	const day = today();
	const days = within === '60' ? 60 : within === '90' ? 90 : 30;
	const where =
		within === 'review'
			? { state: { eq: 'SUBMITTED' as const } }
			: { state: { eq: 'ACCEPTED' as const }, expiresOn: { gte: day, lte: addDays(day, days) } };
	const [documents, byMonth] = await Promise.all([askAll(Documents, { where }, (result) => result.documents), readMonths(day)]);
	return { documents, byMonth, days, review: within === 'review', document: Documents, where };
};
