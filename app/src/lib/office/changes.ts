// What has changed since a day: how much of each thing, and the rows behind it.
import { askAll, rows } from '#lib/graph/client.ts';
import { graphql, type Document, type VariablesOf } from '#lib/graph/graphql.ts';
import { long } from '#lib/dates.ts';
import { word } from '#lib/words.ts';
import { counted, type Figure } from './figures.ts';

/** Something that changed. */
export interface Change {
	id: string;
	what: string;
	/** Where the evidence is; nothing where there is no page of it. */
	path: string | undefined;
	provider: { id: string; name: string } | null;
	/** The day, or the instant, on which it changed. */
	on: string;
	/** How it stands now, or why it came about. */
	how: string;
	/** The partnership of the pupil's school today, where it is about a pupil. */
	partnership?: { id: string; name: string } | undefined;
}

/** A question with what it is asked with. */
interface Asked {
	document: Document<never, never> | object;
	variables: object;
}

/** One thing that changes: its count, its rows, and how they are read. */
interface Kind {
	count: (name: string, path: string) => Promise<Figure>;
	rows: Asked;
	read: () => Promise<Change[]>;
}

const CountDocuments = graphql(`query DocumentsSince($where: ProviderDocumentWhere) { documents(where: $where) { totalCount } }`);
const Documents = graphql(`
	query DocumentsThatChanged($after: String, $where: ProviderDocumentWhere) {
		documents(first: 100, after: $after, where: $where) {
			edges { node { id title state reviewReason createdAt reviewedAt provider { id name } } }
			pageInfo { hasNextPage endCursor }
		}
	}
`);

function documents(where: VariablesOf<typeof Documents>['where'], by: 'createdAt' | 'reviewedAt'): Kind {
	const variables = { where };
	const read = async () => {
		const found = await askAll(Documents, variables, (result) => result.documents);
		return found.map(({ id, title, state, reviewReason, provider, ...row }) => ({
			id,
			what: title,
			path: provider ? `/dashboard/providers/${provider.id}/documents/${id}` : undefined,
			provider,
			on: row[by] ?? '',
			how: [word('document', state), state === 'REFUSED' && reviewReason].filter(Boolean).join(': '),
		}));
	};
	return { count: (name, path) => counted(name, path, CountDocuments, variables), rows: { document: Documents, variables }, read };
}

const CountVisits = graphql(`query VisitsSince($where: VisitWhere) { visits(where: $where) { totalCount } }`);
const Visits = graphql(`
	query ReportsPublishedSince($after: String, $where: VisitWhere) {
		visits(first: 100, after: $after, where: $where) {
			edges { node { id plannedFor publishedAt outcome { label } provider { id name } } }
			pageInfo { hasNextPage endCursor }
		}
	}
`);

function reports(where: VariablesOf<typeof Visits>['where']): Kind {
	const variables = { where };
	const read = async () => {
		const found = await askAll(Visits, variables, ({ visits }) => visits);
		return found.map(({ id, plannedFor, publishedAt, outcome, provider }) => ({
			id,
			what: `Visit of ${long(plannedFor)}`,
			path: `/dashboard/visits/${id}`,
			provider,
			on: publishedAt ?? '',
			how: outcome?.label ?? '',
		}));
	};
	return { count: (name, path) => counted(name, path, CountVisits, variables), rows: { document: Visits, variables }, read };
}

const CountActions = graphql(`query ActionsSince($where: ImprovementActionWhere) { improvementActions(where: $where) { totalCount } }`);
const Actions = graphql(`
	query ActionsClosedSince($after: String, $where: ImprovementActionWhere) {
		improvementActions(first: 100, after: $after, where: $where) {
			edges { node { id area action closedAt provider { id name } } }
			pageInfo { hasNextPage endCursor }
		}
	}
`);

function actions(where: VariablesOf<typeof Actions>['where']): Kind {
	const variables = { where };
	const read = async () => {
		const found = await askAll(Actions, variables, ({ improvementActions }) => improvementActions);
		return found.map(({ id, area, action, closedAt, provider }) => ({ id, what: area, path: `/dashboard/actions/${id}`, provider, on: closedAt ?? '', how: action }));
	};
	return { count: (name, path) => counted(name, path, CountActions, variables), rows: { document: Actions, variables }, read };
}

const CountApprovals = graphql(`query StandingMovedSince($where: ApprovalWhere) { approvals(where: $where) { totalCount } }`);
const Approvals = graphql(`
	query ProvidersWhoseStandingMoved($after: String, $where: ApprovalWhere) {
		approvals(first: 100, after: $after, where: $where) {
			edges { node { id state reason startsOn provider { id name } } }
			pageInfo { hasNextPage endCursor }
		}
	}
`);

function approvals(where: VariablesOf<typeof Approvals>['where']): Kind {
	const variables = { where };
	const read = async () => {
		const found = await askAll(Approvals, variables, (result) => result.approvals);
		return found.map(({ id, state, reason, startsOn, provider }) => ({
			id,
			what: word('approval', state),
			path: provider ? `/dashboard/providers/${provider.id}#approved-list` : undefined,
			provider,
			on: startsOn,
			how: reason,
		}));
	};
	return { count: (name, path) => counted(name, path, CountApprovals, variables), rows: { document: Approvals, variables }, read };
}

const CountPlacements = graphql(`query PlacementsSince($where: PlacementWhere) { placements(where: $where) { totalCount } }`);
const Placements = graphql(`
	query PlacementsThatChanged($after: String, $day: Date!, $where: PlacementWhere) {
		placements(first: 100, after: $after, where: $where) {
			edges {
				node {
					id
					state
					startsOn
					endedOn
					endReason
					pupil { initials yearGroup }
					provider { id name }
					onRollSchool {
						name
						memberships(first: 1, where: { startsOn: { lte: $day }, or: [{ endsOn: { isNull: true } }, { endsOn: { gt: $day } }] }) {
							edges { node { partnership { id name } } }
						}
					}
				}
			}
			pageInfo { hasNextPage endCursor }
		}
	}
`);

function placements(where: VariablesOf<typeof Placements>['where'], by: 'startsOn' | 'endedOn', day: string): Kind {
	const variables = { day, where };
	const read = async () => {
		const found = await askAll(Placements, variables, (result) => result.placements);
		return found.map(({ id, state, endReason, pupil, provider, onRollSchool, ...row }) => ({
			id,
			what: pupil ? `${pupil.initials ?? ''}, Year ${pupil.yearGroup}, ${onRollSchool?.name ?? ''}` : 'A pupil who is not shown',
			path: undefined,
			provider,
			on: row[by] ?? '',
			how: endReason ?? word('placement', state),
			partnership: onRollSchool ? (rows(onRollSchool.memberships)[0]?.partnership ?? undefined) : undefined,
		}));
	};
	return { count: (name, path) => counted(name, path, CountPlacements, { where }), rows: { document: Placements, variables }, read };
}

/** Everything whose changes are shown, since one day and up to another. */
export const CHANGES = {
	documents: { name: 'Documents sent in', of: (since) => documents({ createdAt: { gte: instant(since) } }, 'createdAt') },
	reviews: { name: 'Documents reviewed', of: (since) => documents({ reviewedAt: { gte: instant(since) } }, 'reviewedAt') },
	reports: { name: 'Reports published', of: (since) => reports({ publishedAt: { gte: instant(since) } }) },
	actions: { name: 'Actions closed', of: (since) => actions({ closedAt: { gte: instant(since) } }) },
	standing: { name: 'Providers whose standing moved', of: (since) => approvals({ startsOn: { gte: since }, endsOn: { isNull: true } }) },
	started: { name: 'Placements started', of: (since, day) => placements({ startsOn: { gte: since, lte: day }, state: { in: ['ACTIVE', 'ENDED'] } }, 'startsOn', day) },
	ended: { name: 'Placements ended', of: (since, day) => placements({ endedOn: { gte: since } }, 'endedOn', day) },
} as const satisfies Record<string, { name: string; of: (since: string, day: string) => Kind }>;

export type Changing = keyof typeof CHANGES;

const instant = (day: string) => `${day}T00:00:00Z`;

/** How much has changed since a day. */
export const readChanges = (since: string, day: string): Promise<Figure[]> =>
	Promise.all(Object.entries(CHANGES).map(([code, { name, of }]) => of(since, day).count(name, `/dashboard/changes?since=${since}&show=${code}`)));

/** What has changed since a day of one thing, the newest first; of one partnership's schools alone where one is named. */
export async function readChanged(code: Changing, since: string, day: string, partnershipId: string | null) {
	const kind = CHANGES[code].of(since, day);
	const changes = (await kind.read()).filter(({ partnership }) => !partnershipId || partnership?.id === partnershipId);
	return { changes: changes.sort((one, other) => other.on.localeCompare(one.on)), query: kind.rows };
}
