// How things stood on another day, or will stand, as far as the rows of today can tell: approvals, documents and placements carry
// their own dates, and what was done carries its instant. What keeps no history is not guessed.
import { addDays } from '#lib/dates.ts';
import { graphql } from '#lib/graph/graphql.ts';
import { counted, type Figure } from './figures.ts';

const Approved = graphql(`
	query ProvidersByApprovalOn($day: Date!, $state: ApprovalState!) {
		providers(
			where: { approvals: { some: { state: { eq: $state }, startsOn: { lte: $day }, or: [{ endsOn: { isNull: true } }, { endsOn: { gt: $day } }] } } }
		) { totalCount }
	}
`);
const InForce = graphql(`
	query DocumentsInForceOn($day: Date!, $after: DateTime!) {
		documents(
			where: { state: { eq: ACCEPTED }, createdAt: { lt: $after }, startsOn: { lte: $day }, or: [{ expiresOn: { isNull: true } }, { expiresOn: { gte: $day } }] }
		) { totalCount }
	}
`);
const RunningOut = graphql(`
	query DocumentsRunningOutAfter($day: Date!, $to: Date!, $after: DateTime!) {
		documents(where: { state: { eq: ACCEPTED }, createdAt: { lt: $after }, expiresOn: { gte: $day, lte: $to } }) { totalCount }
	}
`);
const Waiting = graphql(`
	query DocumentsWaitingForReviewOn($after: DateTime!) {
		documents(where: { state: { ne: WITHDRAWN }, createdAt: { lt: $after }, or: [{ reviewedAt: { isNull: true } }, { reviewedAt: { gte: $after } }] }) { totalCount }
	}
`);
const Made = graphql(`
	query VisitsMadeBefore($from: DateTime!, $after: DateTime!) { visits(where: { completedAt: { gte: $from, lt: $after } }) { totalCount } }
`);
const Published = graphql(`
	query ReportsPublishedBefore($from: DateTime!, $after: DateTime!) { visits(where: { publishedAt: { gte: $from, lt: $after } }) { totalCount } }
`);
const Planned = graphql(`
	query VisitsPlannedUpTo($day: Date!) { visits(where: { state: { eq: PLANNED }, plannedFor: { lte: $day } }) { totalCount } }
`);
const Overdue = graphql(`
	query VisitsOverdueBy($day: Date!) {
		providers(where: { nextVisitDueOn: { lt: $day }, approvals: { none: { endsOn: { isNull: true }, state: { eq: CLOSED } } } }) { totalCount }
	}
`);
const ActionsLate = graphql(`
	query ActionsPastTheirDateOn($day: Date!, $after: DateTime!) {
		improvementActions(where: { createdAt: { lt: $after }, dueOn: { lt: $day }, or: [{ closedAt: { isNull: true } }, { closedAt: { gte: $after } }] }) { totalCount }
	}
`);
const ActionsDue = graphql(`
	query ActionsPastTheirDateBy($day: Date!) { improvementActions(where: { state: { eq: OPEN }, dueOn: { lt: $day } }) { totalCount } }
`);
const Ran = graphql(`
	query PlacementsThatRanOn($day: Date!) {
		placements(where: { state: { in: [ACTIVE, ENDED] }, startsOn: { lte: $day }, or: [{ endedOn: { isNull: true } }, { endedOn: { gte: $day } }] }) { totalCount }
	}
`);
const RanPast = graphql(`
	query PlacementsPastTargetOn($day: Date!) {
		placements(
			where: { state: { in: [ACTIVE, ENDED] }, startsOn: { lte: $day }, targetEndsOn: { lt: $day }, or: [{ endedOn: { isNull: true } }, { endedOn: { gte: $day } }] }
		) { totalCount }
	}
`);
const MeantToRun = graphql(`
	query PlacementsMeantToRunOn($day: Date!) {
		placements(where: { state: { in: [AGREED, ACTIVE] }, startsOn: { lte: $day }, targetEndsOn: { gte: $day } }) { totalCount }
	}
`);

/** Figures of another day under their headings, and what cannot be told for it. */
export interface OtherDay {
	groups: { title: string; figures: Figure[] }[];
	untold: string;
}

/** How things stood on a day that is past. */
async function readPast(day: string): Promise<OtherDay> {
	const after = instant(addDays(day, 1));
	const from = instant(addDays(day, -29));
	const approved = (name: string, state: 'APPROVED' | 'CONDITIONAL' | 'NOT_APPROVED' | 'CLOSED') => counted(name, undefined, Approved, { day, state });
	const [list, documents, visits, actions, placements] = await Promise.all([
		Promise.all([approved('Approved', 'APPROVED'), approved('Approved with conditions', 'CONDITIONAL'), approved('Not approved', 'NOT_APPROVED'), approved('Closed', 'CLOSED')]),
		Promise.all([
			counted('Documents in force', undefined, InForce, { day, after }),
			counted('Ran out within 30 days', undefined, RunningOut, { day, to: addDays(day, 30), after }),
			counted('Waited for review', undefined, Waiting, { after }),
		]),
		Promise.all([counted('Visits made in the 30 days before', undefined, Made, { from, after }), counted('Reports published in the 30 days before', undefined, Published, { from, after })]),
		Promise.all([counted('Past their date and not closed', undefined, ActionsLate, { day, after })]),
		Promise.all([counted('Placements running', undefined, Ran, { day }), counted('Past their target end date', undefined, RanPast, { day })]),
	]);
	return {
		groups: [
			{ title: 'The approved list', figures: list },
			{ title: 'Documents', figures: documents },
			{ title: 'Visits', figures: visits },
			{ title: 'Improvement actions', figures: actions },
			{ title: 'Placements', figures: placements },
		],
		untold: 'Who was in order as a whole and whose visit was overdue cannot be told: the day of a next visit is kept for today alone. A document counts from the day on which it was sent in, if it was accepted since.',
	};
}

/** How things will stand on a day to come, where nothing else is done until then. */
async function readComing(day: string): Promise<OtherDay> {
	const after = instant(addDays(day, 1));
	const [documents, visits, actions, placements] = await Promise.all([
		Promise.all([
			counted('Documents in force', undefined, InForce, { day, after }),
			counted('Run out within 30 days', undefined, RunningOut, { day, to: addDays(day, 30), after }),
		]),
		Promise.all([counted('Visits overdue', undefined, Overdue, { day }), counted('Visits planned until then', undefined, Planned, { day })]),
		Promise.all([counted('Actions past their date', undefined, ActionsDue, { day })]),
		Promise.all([counted('Placements meant to run', undefined, MeantToRun, { day })]),
	]);
	return {
		groups: [
			{ title: 'Documents', figures: documents },
			{ title: 'Visits', figures: visits },
			{ title: 'Improvement actions', figures: actions },
			{ title: 'Placements', figures: placements },
		],
		untold: 'This is how it stands if nothing else is done until then. Who will be in order as a whole, and who will be approved, cannot be told.',
	};
}

/** The figures of a day that is not today. */
export const readOtherDay = (day: string, today: string): Promise<OtherDay> => (day < today ? readPast(day) : readComing(day));

const instant = (day: string) => `${day}T00:00:00Z`;
