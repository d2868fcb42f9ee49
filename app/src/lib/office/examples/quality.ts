// What visits find and what comes of it: the termly report's questions on tracking, safeguarding, working life and the
// capacity to improve (S74 c, f, g, h), examples of good practice (S73), and the county's picture of QA (S76).
import { addDays, schoolYear } from '#lib/dates.ts';
import { graphql } from '#lib/graph/graphql.ts';
import type { Chapter } from './example.ts';

const VisitsOfAYear = graphql(`
	query VisitsOfAYear($since: DateTime!) {
		visits(first: 100, where: { completedAt: { gte: $since } }, orderBy: [{ field: COMPLETED_AT, direction: DESC }]) {
			totalCount
			edges { node { plannedFor purpose reportState outcome { label } provider { name kind } partnership { name } } }
		}
	}
`);
const NoVisitPlanned = graphql(`
	query NoVisitPlanned {
		providers(first: 100, where: { visits: { none: { state: { eq: PLANNED } } } }, orderBy: [{ field: NEXT_VISIT_DUE_ON }]) {
			totalCount
			edges { node { name kind nextVisitDueOn } }
		}
	}
`);
const FallShort = graphql(`
	query FindingsThatFallShort {
		findings(first: 100, where: { rating: { fallsShort: { eq: true } } }) {
			totalCount
			edges { node { action rating { label } standard { code title } provider { name } visit { plannedFor } } }
		}
	}
`);
const AboutSafeguarding = graphql(`
	query FindingsAboutSafeguarding {
		findings(first: 100, where: { standard: { section: { title: { contains: "safeguarding" } } } }) {
			totalCount
			edges { node { seen rating { label fallsShort } standard { code title } provider { name } visit { plannedFor } } }
		}
	}
`);
const AboutProgress = graphql(`
	query FindingsAboutProgress {
		findings(first: 100, where: { standard: { title: { contains: "progress" } } }) {
			totalCount
			edges { node { seen rating { label } standard { code title } provider { name } visit { plannedFor } } }
		}
	}
`);
const AboutTeaching = graphql(`
	query FindingsAboutTeaching {
		findings(first: 100, where: { standard: { section: { title: { contains: "quality of education" } } } }) {
			totalCount
			edges { node { seen action rating { label } standard { code title } provider { name kind } visit { plannedFor } } }
		}
	}
`);
const GoodPractice = graphql(`
	query GoodPractice {
		findings(first: 100, where: { rating: { fallsShort: { eq: false } }, visit: { reportState: { eq: PUBLISHED } } }, orderBy: [{ field: CREATED_AT, direction: DESC }]) {
			totalCount
			edges { node { seen standard { code title } provider { name kind } visit { plannedFor } } }
		}
	}
`);
const OpenActions = graphql(`
	query OpenActions {
		improvementActions(first: 100, where: { state: { ne: CLOSED } }, orderBy: [{ field: DUE_ON }]) {
			totalCount
			edges { node { area action dueOn rag state provider { name } } }
		}
	}
`);
const ClosedActions = graphql(`
	query ActionsClosed($since: DateTime!) {
		improvementActions(first: 100, where: { closedAt: { gte: $since } }, orderBy: [{ field: CLOSED_AT, direction: DESC }]) {
			totalCount
			edges { node { area dueOn createdAt closedAt provider { name } standard { code } } }
		}
	}
`);

const since = (day: string) => `${day}T00:00:00Z`;

export const QUALITY: Chapter = {
	title: 'Visits, findings and what comes of them',
	examples: [
		{ question: 'Which visits were completed in the past year, for which partnership, and how did they end?', document: VisitsOfAYear, variables: (day) => ({ since: since(addDays(day, -365)) }) },
		{ question: 'Which providers have no visit planned?', document: NoVisitPlanned },
		{ question: 'Which findings call for improvement?', document: FallShort },
		{ question: 'What have visits found about safeguarding?', document: AboutSafeguarding },
		{ question: 'How well do providers assess and share pupils’ progress?', document: AboutProgress },
		{ question: 'What have visits found about the quality of education?', document: AboutTeaching },
		{ question: 'Which published findings could be an example to others?', document: GoodPractice },
		{ question: 'Which improvement actions are still open, the oldest first?', document: OpenActions },
		{ question: 'Which improvement actions were closed this school year, and how long did they take?', document: ClosedActions, variables: (day) => ({ since: since(schoolYear(day)) }) },
	],
};
