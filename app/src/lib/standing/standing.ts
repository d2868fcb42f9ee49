// Whether a provider is in order on a day, and what keeps it from it. The provider and its commissioner read the same
// answer from here, so that neither sees a status that the other does not (N11).
//
// Four answers: not in order, where something that must be there today is not; in order with conditions, where nothing is
// amiss but the approval carries conditions, which is a decision and no lapse; in order; and closed, of which nothing is
// asked any more.
import { graphql, type ResultOf } from '#lib/graph/graphql.ts';
import { rows } from '#lib/graph/client.ts';
import { addDays, daysBetween, distance, short } from '#lib/dates.ts';

/** What each kind of provider must hold. */
export const Requirements = graphql(`
	query Requirements($after: String) {
		documentRequirements(first: 100, after: $after) {
			edges { node { providerKind citation documentType { id code name asksExpiry asksCover monthsValid } } }
			pageInfo { hasNextPage endCursor }
		}
	}
`);

/** What a provider's standing follows from. */
export const StandingParts = graphql(`
	fragment StandingParts on Provider {
		id
		name
		kind
		nextVisitDueOn
		approvals(first: 1, where: { endsOn: { isNull: true } }) {
			edges { node { id state reason startsOn visit { id plannedFor } } }
		}
		actions(first: 100, where: { state: { ne: CLOSED } }) {
			edges { node { id area action owner dueOn rag state } }
			pageInfo { hasNextPage }
		}
		visits(first: 20, where: { or: [{ state: { in: [PLANNED, IN_PROGRESS] } }, { reportState: { in: [WITH_PROVIDER, AMENDMENTS_SUGGESTED] } }] }) {
			edges { node { id purpose plannedFor plannedAt state reportState scrutinyEndsOn } }
		}
		documentProofs(first: 100, where: { document: { state: { ne: WITHDRAWN } } }) {
			edges { node { documentType { id } document { id title state startsOn expiresOn createdAt reviewReason file { state } } } }
			pageInfo { hasNextPage endCursor }
		}
	}
`);

export type Provider = ResultOf<typeof StandingParts>;
export type DocumentType = NonNullable<Requirement['documentType']>;
type Requirement = ResultOf<typeof Requirements>['documentRequirements']['edges'][number]['node'];
export type Paper = NonNullable<Provider['documentProofs']['edges'][number]['node']['document']>;

/** How a requirement stands: the first three are in order. */
export type HoldingState = 'in-force' | 'renewal-sent' | 'expiring' | 'waiting' | 'unfinished' | 'refused' | 'expired' | 'missing';

/** A requirement, and the documents that speak to it. */
export interface Holding {
	type: DocumentType;
	citation: string;
	state: HoldingState;
	/** What is in force today. */
	current: Paper | undefined;
	/** What takes over from it: accepted or waiting, and lasting longer. */
	next: Paper | undefined;
	/** The refused document that nothing has replaced. */
	refused: Paper | undefined;
	/** One that was announced, and whose file has not arrived whole. */
	unfinished: Paper | undefined;
	/** The one that ran out last. */
	expired: Paper | undefined;
}

/** Days before the end of a document from which a new one is asked for. */
export const NOTICE = 30;

/** How each requirement of a provider stands on a day. */
export function holdingsOf(provider: Pick<Provider, 'kind' | 'documentProofs'>, requirements: Requirement[], day: string): Holding[] {
	const proofs = rows(provider.documentProofs);
	return requirements
		.filter(({ providerKind }) => providerKind === provider.kind)
		.flatMap(({ documentType, citation }) => {
			if (!documentType) return [];
			const papers = proofs.filter((proof) => proof.documentType?.id === documentType.id).flatMap(({ document }) => document ?? []);
			return holdingOf(documentType, citation, papers, day);
		})
		.sort((one, other) => RANK[one.state] - RANK[other.state] || one.type.name.localeCompare(other.type.name));
}

const RANK: Record<HoldingState, number> = {
	refused: 0,
	expired: 1,
	missing: 2,
	unfinished: 3,
	waiting: 4,
	expiring: 5,
	'renewal-sent': 6,
	'in-force': 7,
};

/** Whether a document's file has arrived: until then nobody can review it. */
export const hasArrived = (file: { state: string } | null): boolean => file?.state !== 'EXPECTED' && file?.state !== 'RECEIVING';

/** The end of a document's time, where one without an end lasts for ever. */
const end = ({ expiresOn }: Paper) => expiresOn ?? '9999-12-31';
const lastBy = (papers: Paper[], by: (paper: Paper) => string) =>
	papers.reduce<Paper | undefined>((last, paper) => (last && by(last) >= by(paper) ? last : paper), undefined);

function holdingOf(type: DocumentType, citation: string, papers: Paper[], day: string): Holding {
	const accepted = papers.filter(({ state }) => state === 'ACCEPTED');
	const sent = papers.filter(({ state }) => state === 'SUBMITTED');
	const waiting = sent.filter(({ file }) => hasArrived(file));
	const unfinished = lastBy(sent.filter(({ file }) => !hasArrived(file)), ({ createdAt }) => createdAt);
	const current = lastBy(accepted.filter((paper) => paper.startsOn <= day && end(paper) >= day), end);
	const next = lastBy([...accepted, ...waiting].filter((paper) => paper !== current && end(paper) > (current ? end(current) : day)), end);
	const newest = lastBy(papers, ({ createdAt }) => createdAt);
	const refused = newest?.state === 'REFUSED' ? newest : undefined;
	const expired = lastBy(accepted.filter((paper) => end(paper) < day), end);
	const soon = current !== undefined && end(current) <= addDays(day, NOTICE);
	let state: HoldingState = 'missing';
	if (current) state = !soon ? 'in-force' : next ? 'renewal-sent' : refused ? 'refused' : 'expiring';
	else if (next?.state === 'SUBMITTED' || waiting.length > 0) state = 'waiting';
	else if (unfinished) state = 'unfinished';
	else if (refused) state = 'refused';
	else if (expired) state = 'expired';
	return { type, citation, state, current, next: next ?? (current ? undefined : lastBy(waiting, end)), refused, unfinished, expired };
}

/** What something to do is about. */
export type Topic = 'document' | 'visit' | 'report' | 'action' | 'approval';

/** What a point does to the standing: `wrong` keeps it from being in order, `condition` from being so without conditions. */
export type Weight = 'wrong' | 'condition' | 'soon';

/** Whether a provider is in order. */
export type Order = 'no' | 'conditions' | 'yes' | 'closed';

/** One thing that is not as it should be, or soon will not be. */
export interface Point {
	id: string;
	topic: Topic;
	/** Whether it keeps the provider from being in order today, or from being so without conditions. */
	weight: Weight;
	/** Whose turn it is. */
	turn: 'provider' | 'commissioner';
	what: string;
	detail: string;
	/** The day that it hangs on; what has none is due at once. */
	day: string | undefined;
	/** What it is about: a document type, a document, a visit or an action. */
	subject: string;
}

/** Everything that is due for a provider, the most urgent first. */
export function pointsOf(provider: Provider, holdings: Holding[], day: string): Point[] {
	const points = [
		...holdings.flatMap((holding) => aboutHolding(holding, day)),
		...rows(provider.actions).map((action) => aboutAction(action, day)),
		...rows(provider.visits).flatMap((visit) => aboutVisit(visit, day)),
		...aboutNextVisit(provider, day),
		...rows(provider.approvals).flatMap(aboutApproval),
	];
	return points.sort((one, other) => WEIGHT[one.weight] - WEIGHT[other.weight] || (one.day ?? '').localeCompare(other.day ?? ''));
}

const WEIGHT: Record<Weight, number> = { wrong: 0, condition: 1, soon: 2 };

/** How a provider with these points stands. */
export function orderOf({ approvals }: Pick<Provider, 'approvals'>, points: Point[]): Order {
	if (rows(approvals)[0]?.state === 'CLOSED') return 'closed';
	if (points.some(isWrong)) return 'no';
	return points.some(({ weight }) => weight === 'condition') ? 'conditions' : 'yes';
}

/** Whether something keeps its provider from being in order. */
export const isWrong = ({ weight }: Point) => weight === 'wrong';

function aboutHolding({ type, state, current, next, refused, unfinished, expired }: Holding, day: string): Point[] {
	const point = (weight: Weight, turn: Point['turn'], what: string, detail: string, on?: string | null, subject = type.id): Point[] => [
		{ id: `document:${type.id}`, topic: 'document', weight, turn, what: `${type.name}: ${what}`, detail, day: on ?? undefined, subject },
	];
	switch (state) {
		case 'missing':
			return point('wrong', 'provider', 'missing', 'No document has been sent in.');
		case 'expired':
			return point('wrong', 'provider', 'expired', `It ran out on ${short(end(expired as Paper))}.`, expired?.expiresOn);
		case 'refused':
			return point(current ? 'soon' : 'wrong', 'provider', 'refused', refused?.reviewReason ?? 'Send another one.', current?.expiresOn, refused?.id);
		case 'unfinished':
			return point('wrong', 'provider', 'not arrived whole', 'It was announced, and its file did not come. Choose the file again.', undefined, unfinished?.id);
		case 'waiting':
			return point('wrong', 'commissioner', 'waiting for review', 'It has been sent in and waits for the commissioner.', undefined, next?.id);
		case 'expiring':
			return point('soon', 'provider', `runs out ${distance(end(current as Paper), day)}`, 'Send next year’s beside this one.', current?.expiresOn);
		case 'renewal-sent':
		case 'in-force':
			return [];
	}
}

function aboutAction(action: { id: string; area: string; action: string; dueOn: string; state: string }, day: string): Point {
	const done = action.state === 'REPORTED_DONE';
	const late = !done && action.dueOn < day;
	const what = done ? 'reported done' : late ? `${daysBetween(action.dueOn, day)} days past its date` : `due ${distance(action.dueOn, day)}`;
	return {
		id: action.id,
		topic: 'action',
		weight: late ? 'wrong' : 'soon',
		turn: done ? 'commissioner' : 'provider',
		what: `${action.area}: ${what}`,
		detail: action.action,
		day: action.dueOn,
		subject: action.id,
	};
}

function aboutVisit(visit: { id: string; purpose: string; plannedFor: string; reportState: string; scrutinyEndsOn: string | null }, day: string): Point[] {
	if (visit.reportState === 'WITH_PROVIDER') {
		const until = visit.scrutinyEndsOn;
		const open = until === null || until >= day;
		const what = open ? 'Draft report to read' : 'Draft report: the time for amendments is over';
		const detail = `${visit.purpose}, ${short(visit.plannedFor)}.${until ? ` Amendments until ${short(until)}.` : ''}`;
		return [{ id: visit.id, topic: 'report', weight: 'soon', turn: open ? 'provider' : 'commissioner', what, detail, day: until ?? undefined, subject: visit.id }];
	}
	if (visit.reportState === 'AMENDMENTS_SUGGESTED') {
		const detail = `${visit.purpose}, ${short(visit.plannedFor)}.`;
		return [{ id: visit.id, topic: 'report', weight: 'soon', turn: 'commissioner', what: 'Suggested amendments wait for an answer', detail, day: visit.scrutinyEndsOn ?? undefined, subject: visit.id }];
	}
	const late = visit.plannedFor < day;
	const what = late ? 'Planned visit: its date has passed' : `QA visit ${distance(visit.plannedFor, day)}`;
	return [{ id: visit.id, topic: 'visit', weight: 'soon', turn: 'commissioner', what, detail: `${visit.purpose}, ${short(visit.plannedFor)}.`, day: visit.plannedFor, subject: visit.id }];
}

function aboutNextVisit({ id, nextVisitDueOn }: Provider, day: string): Point[] {
	if (nextVisitDueOn === null || nextVisitDueOn >= day) return [];
	const what = `QA visit overdue by ${daysBetween(nextVisitDueOn, day)} days`;
	return [{ id: `visit-due:${id}`, topic: 'visit', weight: 'wrong', turn: 'commissioner', what, detail: `It was due on ${short(nextVisitDueOn)}.`, day: nextVisitDueOn, subject: id }];
}

const APPROVAL: Record<'CONDITIONAL' | 'NOT_APPROVED' | 'CLOSED', { what: string; weight: Weight }> = {
	CONDITIONAL: { what: 'Approved with conditions', weight: 'condition' },
	NOT_APPROVED: { what: 'Not on the approved list', weight: 'wrong' },
	CLOSED: { what: 'Closed', weight: 'soon' },
};

function aboutApproval({ id, state, reason, startsOn }: Provider['approvals']['edges'][number]['node']): Point[] {
	if (state === 'APPROVED') return [];
	const { what, weight } = APPROVAL[state];
	return [{ id, topic: 'approval', weight, turn: 'commissioner', what, detail: reason, day: startsOn, subject: id }];
}
