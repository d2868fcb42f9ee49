// Partnerships beside each other (S76, S128): placements of their schools, and the visits that they arranged. Whoever may not
// see the placements of a partnership's schools is shown none of its figures for them, rather than a wrong nought.
import { ask, askAll, rows } from '#lib/graph/client.ts';
import { graphql, type ResultOf } from '#lib/graph/graphql.ts';
import { seesPlacementsOf, type Viewer } from '#lib/viewer.ts';

export const SchoolsCompared = graphql(`
	query SchoolsCompared($after: String, $day: Date!, $since: Date!) {
		schools(first: 100, after: $after, orderBy: [{ field: NAME }]) {
			edges {
				node {
					id
					name
					memberships(first: 1, where: { startsOn: { lte: $day }, or: [{ endsOn: { isNull: true } }, { endsOn: { gt: $day } }] }) {
						edges { node { partnership { id name } } }
					}
					running: placements(where: { state: { eq: ACTIVE } }) { totalCount }
					past: placements(where: { state: { eq: ACTIVE }, targetEndsOn: { lt: $day } }) { totalCount }
					started: placements(where: { startsOn: { gte: $since, lte: $day }, state: { in: [ACTIVE, ENDED] } }) { totalCount }
					ended: placements(where: { endedOn: { gte: $since } }) { totalCount }
				}
			}
			pageInfo { hasNextPage endCursor }
		}
	}
`);

const Names = graphql(`
	query PartnershipNames($after: String) {
		partnerships(first: 100, after: $after, orderBy: [{ field: NAME }]) { edges { node { id name } } pageInfo { hasNextPage endCursor } }
	}
`);

export const Arranged = graphql(`
	query ArrangedByAPartnership($id: ID!, $since: DateTime!) {
		visits(where: { partnership: { id: { eq: $id } }, completedAt: { gte: $since } }) { totalCount }
		findings(where: { visit: { partnership: { id: { eq: $id } }, completedAt: { gte: $since } }, rating: { fallsShort: { eq: true } } }) { totalCount }
	}
`);

type School = ResultOf<typeof SchoolsCompared>['schools']['edges'][number]['node'];

/** What is compared: a number each, and nothing where the viewer may not know. */
export interface Compared {
	running: number | null;
	past: number | null;
	started: number | null;
	ended: number | null;
	visits: number;
	findings: number;
}

/** A partnership with its figures; all of them together have no id. */
export interface Partnership extends Compared {
	id: string | null;
	name: string;
	schools: number;
}

/** A school with the figures of its placements. */
export interface ComparedSchool extends Pick<Compared, 'running' | 'past' | 'started' | 'ended'> {
	id: string;
	name: string;
	partnership: { id: string; name: string } | null;
}

/** The measures that are drawn. */
export const COMPARED = {
	running: 'Placements running',
	share: 'Past target, of 100 that run',
	started: 'Placements started',
	ended: 'Placements ended',
	visits: 'Visits completed',
	findings: 'Findings that fall short',
} as const;

export type Measured = keyof typeof COMPARED;

/** The figure of a measure. */
export const measured = (partnership: Partnership, measure: Measured): number | null => (measure === 'share' ? share(partnership) : partnership[measure]);

/** Of a hundred placements that run, how many are past their target end date. */
export const share = ({ running, past }: Pick<Compared, 'running' | 'past'>): number | null => (running && past !== null ? Math.round((past / running) * 100) : null);

const partnershipOf = ({ memberships }: School) => rows(memberships)[0]?.partnership ?? null;

/** Every partnership of the county with its figures, and the schools behind them. */
export async function readPartnerships(viewer: Viewer, since: string, day: string) {
	const variables = { day, since };
	const [names, all] = await Promise.all([askAll(Names, {}, ({ partnerships }) => partnerships), askAll(SchoolsCompared, variables, ({ schools }) => schools)]);
	const schools = all.map((school): ComparedSchool => {
		const partnership = partnershipOf(school);
		const figure = ({ totalCount }: { totalCount: number }) => (seesPlacementsOf(viewer, partnership?.id ?? null) ? totalCount : null);
		return { id: school.id, name: school.name, partnership, running: figure(school.running), past: figure(school.past), started: figure(school.started), ended: figure(school.ended) };
	});
	const partnerships = await Promise.all(
		names.map(async ({ id, name }): Promise<Partnership> => {
			const own = schools.filter(({ partnership }) => partnership?.id === id);
			const { visits, findings } = await ask(Arranged, { id, since: `${since}T00:00:00Z` });
			return { id, name, schools: own.length, ...summed(own, seesPlacementsOf(viewer, id)), visits: visits.totalCount, findings: findings.totalCount };
		}),
	);
	return { partnerships, together: together(partnerships), schools: schools.filter(({ running }) => running !== null), variables };
}

/** The county's picture, for who sees all of it. */
function together(partnerships: Partnership[]): Partnership[] {
	if (partnerships.length < 2 || partnerships.some(({ running }) => running === null)) return [];
	const sum = (key: 'schools' | keyof Compared) => partnerships.reduce((sum, partnership) => sum + (partnership[key] ?? 0), 0);
	const figures = { running: sum('running'), past: sum('past'), started: sum('started'), ended: sum('ended'), visits: sum('visits'), findings: sum('findings') };
	return [{ id: null, name: 'All together', schools: sum('schools'), ...figures }];
}

function summed(schools: ComparedSchool[], seen: boolean): Pick<Compared, 'running' | 'past' | 'started' | 'ended'> {
	const sum = (key: 'running' | 'past' | 'started' | 'ended') => (seen ? schools.reduce((sum, school) => sum + (school[key] ?? 0), 0) : null);
	return { running: sum('running'), past: sum('past'), started: sum('started'), ended: sum('ended') };
}
