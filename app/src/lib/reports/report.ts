// A visit's report, as its readers see it.
import { ask, askAll, found } from '#lib/graph/client.ts';
import { graphql, type ResultOf } from '#lib/graph/graphql.ts';

const Head = graphql(`
	query ReportHead($id: ID!) {
		node(id: $id) {
			__typename
			... on Visit {
				id
				purpose
				plannedFor
				reportState
				scrutinyEndsOn
				summary
				publishedAt
				provider { id name }
				outcome { label }
				proposedOutcome { label }
				frameworkVersion { edition framework { name } }
				amendments(first: 100) { edges { node { id suggestion state reason decidedAt createdAt finding { id } suggestedBy { name } } } }
				actions(first: 100) { edges { node { id area action dueOn state } } }
				evidence(first: 60, where: { kind: { eq: PHOTO }, withdrawnAt: { isNull: true } }) {
					totalCount
					edges { node { id caption standard { id } file { smallUrl largeUrl } } }
				}
			}
		}
	}
`);

const Findings = graphql(`
	query ReportFindings($id: ID!, $after: String) {
		findings(first: 100, after: $after, where: { visit: { id: { eq: $id } } }) {
			edges {
				node {
					id
					seen
					action
					settled
					rating { label fallsShort }
					standard { id code title position section { id title position } }
				}
			}
			pageInfo { hasNextPage endCursor }
		}
	}
`);

type Finding = ResultOf<typeof Findings>['findings']['edges'][number]['node'];

/** A section of a report with its findings, in the framework's order. */
export interface Section {
	id: string;
	title: string;
	findings: Finding[];
}

/** Reads a report. */
export async function readReport(id: string) {
	const [{ node }, findings] = await Promise.all([ask(Head, { id }), askAll(Findings, { id }, (result) => result.findings)]);
	const visit = found(node?.__typename === 'Visit' ? node : null);
	return { visit, sections: inSections(findings) };
}

function inSections(findings: Finding[]): Section[] {
	const place = ({ standard }: Finding) => [standard?.section?.position ?? 0, standard?.position ?? 0] as const;
	const sorted = [...findings].sort((one, other) => place(one)[0] - place(other)[0] || place(one)[1] - place(other)[1]);
	const sections = Map.groupBy(sorted, ({ standard }) => standard?.section?.id ?? '');
	return [...sections].map(([id, own]) => ({ id, title: own[0]?.standard?.section?.title ?? 'Other', findings: own }));
}
