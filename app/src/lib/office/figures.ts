// The dashboard's figures: each is one question to the graph, and is shown with it.
import { ask } from '#lib/graph/client.ts';
import { graphql, type Document } from '#lib/graph/graphql.ts';
import { addDays } from '#lib/dates.ts';
import { Standings, type Listed } from '#lib/standing/read.ts';
import { isWrong, type Order, type Point } from '#lib/standing/standing.ts';
import { ORDER } from '#lib/standing/words.ts';

/** A figure, ready to be shown. */
export interface Figure {
	name: string;
	/** A number, or the words in which one was told. */
	value: number | string;
	/** Where the rows behind it are. */
	path: string | undefined;
	document: Document<never, never> | object;
	variables: object;
}

/** A figure that is a count of rows. */
export async function counted<Result extends object, Variables>(
	name: string,
	path: string | undefined,
	document: Document<Result, Variables>,
	variables: NoInfer<Variables>,
): Promise<Figure> {
	const [connection] = Object.values(await ask(document, variables)) as { totalCount: number }[];
	return { name, value: connection?.totalCount ?? 0, path, document, variables: variables as object };
}

const Expiring = graphql(`
	query Expiring($from: Date!, $to: Date!) {
		documents(where: { state: { eq: ACCEPTED }, expiresOn: { gte: $from, lte: $to } }) { totalCount }
	}
`);
const VisitsOverdue = graphql(`
	query VisitsOverdue($day: Date!) {
		providers(where: { nextVisitDueOn: { lt: $day }, approvals: { none: { endsOn: { isNull: true }, state: { eq: CLOSED } } } }) { totalCount }
	}
`);
const VisitsDue = graphql(`
	query VisitsDue($from: Date!, $to: Date!) {
		providers(where: { nextVisitDueOn: { gte: $from, lte: $to }, approvals: { none: { endsOn: { isNull: true }, state: { eq: CLOSED } } } }) { totalCount }
	}
`);
const ActionsLate = graphql(`
	query ProvidersWithActionsPastTheirDate($day: Date!) {
		providers(
			where: { actions: { some: { state: { eq: OPEN }, dueOn: { lt: $day } } }, approvals: { none: { endsOn: { isNull: true }, state: { eq: CLOSED } } } }
		) { totalCount }
	}
`);
const Approved = graphql(`
	query ProvidersByApproval($state: ApprovalState!) {
		providers(where: { approvals: { some: { endsOn: { isNull: true }, state: { eq: $state } } } }) { totalCount }
	}
`);
const ActionsToCheck = graphql(`
	query ActionsReportedDone { improvementActions(where: { state: { eq: REPORTED_DONE } }) { totalCount } }
`);
const ActionsPast = graphql(`
	query ActionsPastTheirDate($day: Date!) { improvementActions(where: { state: { eq: OPEN }, dueOn: { lt: $day } }) { totalCount } }
`);
const VisitsPlanned = graphql(`
	query VisitsPlanned { visits(where: { state: { eq: PLANNED } }) { totalCount } }
`);
const InScrutiny = graphql(`
	query InScrutiny { visits(where: { reportState: { in: [WITH_PROVIDER, AMENDMENTS_SUGGESTED] } }) { totalCount } }
`);
const Running = graphql(`
	query PlacementsRunning { placements(where: { state: { eq: ACTIVE } }) { totalCount } }
`);
const PastTarget = graphql(`
	query PlacementsPastTarget($day: Date!) { placements(where: { state: { eq: ACTIVE }, targetEndsOn: { lt: $day } }) { totalCount } }
`);
const EndingSoon = graphql(`
	query PlacementsEnding($from: Date!, $to: Date!) {
		placements(where: { state: { eq: ACTIVE }, targetEndsOn: { gte: $from, lte: $to } }) { totalCount }
	}
`);
const ToReview = graphql(`
	query DocumentsToReview { documents(where: { state: { eq: SUBMITTED } }) { totalCount } }
`);

/** How many providers stand how. All of them together are all providers. */
export const standingFigures = (standings: Listed[]): Figure[] =>
	(['no', 'conditions', 'yes', 'closed'] as Order[]).map((order) => ({
		name: ORDER[order].words,
		value: standings.filter((standing) => standing.order === order).length,
		path: `/dashboard/providers?order=${order}`,
		document: Standings,
		variables: {},
	}));

/** What can keep a provider from being in order: what a point is about, and for documents whose turn it is. */
export const REASONS = [
	['document', 'A document missing, refused or expired'],
	['review', 'A document that waits for your review'],
	['action', 'An action past its date'],
	['visit', 'A visit overdue'],
	['approval', 'Not on the approved list'],
] as const;

/** Whether a provider is not in order because of something of this kind. */
export const isBecauseOf = ({ order, points }: Listed, reason: string) => order === 'no' && points.some((point) => isWrong(point) && reasonOf(point) === reason);

const reasonOf = ({ topic, turn }: Point) => (topic === 'document' && turn === 'commissioner' ? 'review' : topic);

/** For how many providers something of a kind is amiss; a provider may be in several. */
export async function readReasons(standings: Listed[], day: string): Promise<Figure[]> {
	const path = (reason: string) => `/dashboard/providers?order=no&reason=${reason}`;
	const judged = REASONS.slice(0, 2).map(([reason, name]) => ({
		name,
		value: standings.filter((standing) => isBecauseOf(standing, reason)).length,
		path: path(reason),
		document: Standings,
		variables: {},
	}));
	const others = await Promise.all([
		counted('An action past its date', path('action'), ActionsLate, { day }),
		counted('A visit overdue', path('visit'), VisitsOverdue, { day }),
		counted('Not on the approved list', path('approval'), Approved, { state: 'NOT_APPROVED' }),
		counted('Approved with conditions', '/dashboard/providers?approval=CONDITIONAL', Approved, { state: 'CONDITIONAL' }),
	]);
	return [...judged, ...others];
}

/** The figures of the overview, under their headings. */
export async function readFigures(day: string): Promise<{ title: string; figures: Figure[] }[]> {
	const within = (days: number) => counted(`Documents that run out in ${days} days`, `/dashboard/expiring?within=${days}`, Expiring, { from: day, to: addDays(day, days) });
	const [documents, visits, actions, placements] = await Promise.all([
		Promise.all([within(30), within(60), within(90), counted('Documents waiting for review', '/dashboard/expiring?within=review', ToReview, {})]),
		Promise.all([
			counted('Visits overdue', '/dashboard/visits?show=overdue', VisitsOverdue, { day }),
			counted('Visits due in 30 days', '/dashboard/visits?show=due', VisitsDue, { from: day, to: addDays(day, 30) }),
			counted('Visits planned', '/dashboard/visits?show=planned', VisitsPlanned, {}),
			counted('Reports in scrutiny', '/dashboard/visits?show=scrutiny', InScrutiny, {}),
		]),
		Promise.all([
			counted('Actions past their date', '/dashboard/actions?show=late', ActionsPast, { day }),
			counted('Actions reported done, to check', '/dashboard/actions?show=reported', ActionsToCheck, {}),
		]),
		Promise.all([
			counted('Placements running', '/dashboard/placements', Running, {}),
			counted('Past their target end date', '/dashboard/placements?drift=past', PastTarget, { day }),
			counted('Reach it in 30 days', '/dashboard/placements?drift=soon', EndingSoon, { from: day, to: addDays(day, 30) }),
		]),
	]);
	return [
		{ title: 'Documents', figures: documents },
		{ title: 'Visits', figures: visits },
		{ title: 'Improvement actions', figures: actions },
		{ title: 'Placements', figures: placements },
	];
}
