// What provision there is, and whether it is in order: the county's dashboard (S73) and safeguarding (S74 f).
import { addDays } from '#lib/dates.ts';
import { graphql } from '#lib/graph/graphql.ts';
import type { Chapter } from './example.ts';

const ApprovedList = graphql(`
	query ApprovedList {
		approvals(first: 100, where: { endsOn: { isNull: true } }, orderBy: [{ field: STATE }]) {
			totalCount
			edges { node { state reason startsOn provider { name kind } } }
		}
	}
`);
const PublicLiability = graphql(`
	query PublicLiability {
		documentProofs(first: 100, where: { documentType: { code: { eq: "public_liability" } }, document: { state: { eq: ACCEPTED } } }) {
			totalCount
			edges { node { provider { name } document { startsOn expiresOn cover } } }
		}
	}
`);
const RunningOut = graphql(`
	query DocumentsRunningOut($from: Date!, $to: Date!) {
		documents(first: 100, where: { state: { eq: ACCEPTED }, expiresOn: { gte: $from, lte: $to } }, orderBy: [{ field: EXPIRES_ON }]) {
			totalCount
			edges { node { title expiresOn provider { name kind telephone } } }
		}
	}
`);
const RefusedDocuments = graphql(`
	query RefusedDocuments {
		documents(first: 100, where: { state: { eq: REFUSED } }, orderBy: [{ field: REVIEWED_AT, direction: DESC }]) {
			totalCount
			edges { node { title reviewReason reviewedAt provider { name } } }
		}
	}
`);
const NoSafeguardingLead = graphql(`
	query NoSafeguardingLead {
		providers(first: 100, where: { contacts: { none: { role: { eq: DSL }, endsOn: { isNull: true } } } }, orderBy: [{ field: NAME }]) {
			totalCount
			edges { node { name kind telephone email } }
		}
	}
`);
const LargeUnregistered = graphql(`
	query LargeUnregistered {
		providers(first: 50, where: { registered: { eq: false }, capacity: { gte: 20 } }, orderBy: [{ field: CAPACITY, direction: DESC }]) {
			totalCount
			edges { node { name kind capacity sites(first: 5) { edges { node { name postcode } } } } }
		}
	}
`);
const MembersToday = graphql(`
	query MembersToday($day: Date!) {
		partnerships(first: 20, orderBy: [{ field: NAME }]) {
			edges {
				node {
					name
					schoolMemberships(first: 50, where: { startsOn: { lte: $day }, or: [{ endsOn: { isNull: true } }, { endsOn: { gt: $day } }] }) {
						totalCount
						edges { node { startsOn school { name phase } } }
					}
				}
			}
		}
	}
`);

export const PROVIDERS: Chapter = {
	title: 'Provision, and whether it is in order',
	examples: [
		{ question: 'How does each provider stand on the approved list?', document: ApprovedList },
		{ question: 'Whose public liability insurance is accepted, until when and for how much?', document: PublicLiability },
		{ question: 'Which accepted documents run out in the coming 90 days?', document: RunningOut, variables: (day) => ({ from: day, to: addDays(day, 90) }) },
		{ question: 'Which documents were refused, and why?', document: RefusedDocuments },
		{ question: 'Which providers name no safeguarding lead?', document: NoSafeguardingLead },
		{ question: 'Which unregistered providers can take twenty pupils or more, and where?', document: LargeUnregistered },
		{ question: 'Which schools belong to which partnership today?', document: MembersToday, variables: (day) => ({ day }) },
	],
};
