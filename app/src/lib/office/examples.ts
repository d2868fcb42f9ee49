// Questions that analysts ask, as the graph is asked. Each runs as it stands.
import { graphql, type Document } from '#lib/graph/graphql.ts';

/** A question in words, and in the graph's. */
export interface Example {
	question: string;
	document: Document<never, never> | object;
}

export const EXAMPLES: Example[] = [
	{
		question: 'How does each provider stand on the approved list?',
		document: graphql(`
			query ApprovedList {
				approvals(first: 100, where: { endsOn: { isNull: true } }, orderBy: [{ field: STATE }]) {
					totalCount
					edges { node { state reason startsOn provider { name kind } } }
				}
			}
		`),
	},
	{
		question: 'Whose public liability insurance is accepted, and until when?',
		document: graphql(`
			query PublicLiability {
				documentProofs(first: 100, where: { documentType: { code: { eq: "public_liability" } }, document: { state: { eq: ACCEPTED } } }) {
					totalCount
					edges { node { provider { name } document { startsOn expiresOn cover } } }
				}
			}
		`),
	},
	{
		question: 'Which documents were refused, and why?',
		document: graphql(`
			query RefusedDocuments {
				documents(first: 50, where: { state: { eq: REFUSED } }) {
					totalCount
					edges { node { title reviewReason reviewedAt provider { name } } }
				}
			}
		`),
	},
	{
		question: 'Which providers have no visit planned?',
		document: graphql(`
			query NoVisitPlanned {
				providers(first: 100, where: { visits: { none: { state: { eq: PLANNED } } } }) {
					totalCount
					edges { node { name kind nextVisitDueOn } }
				}
			}
		`),
	},
	{
		question: 'Which published findings call for improvement?',
		document: graphql(`
			query FindingsThatFallShort {
				findings(first: 50, where: { rating: { fallsShort: { eq: true } } }) {
					totalCount
					edges { node { action rating { label } standard { code title } provider { name } visit { plannedFor } } }
				}
			}
		`),
	},
	{
		question: 'Which improvement actions are still open, the oldest first?',
		document: graphql(`
			query OpenActions {
				improvementActions(first: 50, where: { state: { ne: CLOSED } }, orderBy: [{ field: DUE_ON }]) {
					totalCount
					edges { node { area action dueOn rag state provider { name } } }
				}
			}
		`),
	},
	{
		question: 'Which schools belong to which partnership today?',
		document: graphql(`
			query Partnerships {
				partnerships(first: 20) {
					edges {
						node {
							name
							schoolMemberships(first: 50, where: { endsOn: { isNull: true } }) { totalCount edges { node { startsOn school { name phase } } } }
						}
					}
				}
			}
		`),
	},
	{
		question: 'Which unregistered providers can take twenty pupils or more?',
		document: graphql(`
			query LargeUnregistered {
				providers(first: 50, where: { registered: { eq: false }, capacity: { gte: 20 } }, orderBy: [{ field: CAPACITY, direction: DESC }]) {
					totalCount
					edges { node { name kind capacity sites(first: 5) { edges { node { postcode } } } } }
				}
			}
		`),
	},
];
