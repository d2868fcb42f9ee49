// Placements for the dashboard: read to the last row within a bound, then grouped and added up here.
import { askPages, rows } from '#lib/graph/client.ts';
import { graphql, type ResultOf } from '#lib/graph/graphql.ts';
import { daysBetween } from '#lib/dates.ts';
import { duration, pounds, word } from '#lib/words.ts';
import { datesOf } from './drift.ts';

export const Placements = graphql(`
	query PlacementsRunningNow($after: String, $day: Date!, $where: PlacementWhere) {
		placements(first: 100, after: $after, where: $where, orderBy: [{ field: TARGET_ENDS_ON }]) {
			edges {
				node {
					id
					startsOn
					targetEndsOn
					rate
					rateBasis
					weeklyMinutes
					provider { id name }
					pupil { id initials yearGroup primaryNeed }
					onRollSchool {
						id
						name
						memberships(first: 1, where: { startsOn: { lte: $day }, or: [{ endsOn: { isNull: true } }, { endsOn: { gt: $day } }] }) {
							edges { node { partnership { id name } } }
						}
					}
					sessions(first: 20) { edges { node { weekday } } }
				}
			}
			pageInfo { hasNextPage endCursor }
		}
	}
`);

export type Placement = ResultOf<typeof Placements>['placements']['edges'][number]['node'];

/** How many pages are read at most; beyond them the sums would take too long to wait for, and are not shown. */
export const MOST_PAGES = 20;

/** What the address asks for, as far as the graph filters by it. A partnership is too many edges away for that. */
export function whereOf(wanted: URLSearchParams, day: string) {
	const targetEndsOn = datesOf(wanted.get('drift'), day);
	const need = wanted.get('need');
	const pupil = {
		...(wanted.get('year') && { yearGroup: { eq: Number(wanted.get('year')) } }),
		...(need && { primaryNeed: need === 'none' ? { isNull: true } : { eq: need as NonNullable<NonNullable<Placement['pupil']>['primaryNeed']> } }),
	};
	return {
		state: { eq: 'ACTIVE' as const },
		...(wanted.get('provider') && { provider: { id: { eq: wanted.get('provider') } } }),
		...(wanted.get('school') && { onRollSchool: { id: { eq: wanted.get('school') } } }),
		...(Object.keys(pupil).length > 0 && { pupil }),
		...(targetEndsOn && { targetEndsOn }),
	};
}

/** The placements that run, that the viewer may see and that the address asks for; and the question. */
export async function readPlacements(wanted: URLSearchParams, day: string) {
	const variables = { day, where: whereOf(wanted, day) };
	const { nodes, whole } = await askPages(Placements, variables, ({ placements }) => placements, MOST_PAGES);
	const partnership = wanted.get('partnership');
	return { variables, whole, placements: partnership ? nodes.filter((placement) => GROUPS.partnership.of(placement)[0] === partnership) : nodes };
}

/** What a placement costs in a week with every session, in pounds: its rate, as often as its basis comes up. */
export function weeklyCost({ rate, rateBasis, sessions }: Placement): number {
	const days = rows(sessions).map(({ weekday }) => weekday);
	const times = rateBasis === 'WEEK' ? 1 : rateBasis === 'DAY' ? new Set(days).size : days.length;
	return Number(rate) * times;
}

/** What placements can be grouped by: a code for the address, and the words for it. */
export const GROUPS = {
	provider: { name: 'Provider', of: ({ provider }: Placement) => [provider?.id ?? '', provider?.name ?? 'Not shown'] },
	year: { name: 'Year group', of: ({ pupil }: Placement) => [String(pupil?.yearGroup ?? ''), pupil ? `Year ${pupil.yearGroup}` : 'Not shown'] },
	need: { name: 'Primary need', of: ({ pupil }: Placement) => [pupil?.primaryNeed ?? 'none', pupil?.primaryNeed ? word('need', pupil.primaryNeed) : 'None recorded'] },
	school: { name: 'School', of: ({ onRollSchool }: Placement) => [onRollSchool?.id ?? '', onRollSchool?.name ?? 'Not shown'] },
	partnership: { name: 'Partnership', of: (placement: Placement) => [partnershipOf(placement)?.id ?? 'none', partnershipOf(placement)?.name ?? 'In no partnership'] },
} as const satisfies Record<string, { name: string; of: (placement: Placement) => [code: string, words: string] | readonly string[] }>;

const partnershipOf = ({ onRollSchool }: Placement) => rows(onRollSchool?.memberships ?? { edges: [] })[0]?.partnership;

export type Grouping = keyof typeof GROUPS;

/** What is added up. */
export const MEASURES = {
	placements: { name: 'Placements', of: () => 1, format: (value: number) => value.toLocaleString('en-GB') },
	hours: { name: 'Hours a week', of: ({ weeklyMinutes }: Placement) => Number(weeklyMinutes ?? 0) / 60, format: (value: number) => duration(Math.round(value * 60)) },
	cost: { name: 'Cost a week', of: weeklyCost, format: (value: number) => pounds(Math.round(value)) },
} as const;

export type Measure = keyof typeof MEASURES;

/** A group with everything that is added up over it. */
export interface Group extends Record<Measure, number> {
	code: string;
	name: string;
}

/** Groups placements, the group with most of the measure first. */
export function grouped(placements: Placement[], by: Grouping, measure: Measure): Group[] {
	const groups = new Map<string, Group>();
	for (const placement of placements) {
		const [code = '', name = ''] = GROUPS[by].of(placement);
		const group = groups.get(code) ?? { code, name, placements: 0, hours: 0, cost: 0 };
		for (const key of Object.keys(MEASURES) as Measure[]) group[key] += MEASURES[key].of(placement);
		groups.set(code, group);
	}
	return [...groups.values()].sort((one, other) => other[measure] - one[measure] || one.name.localeCompare(other.name));
}

/** How far a placement is past its target end date, in days; below zero while it is not. */
export const drift = ({ targetEndsOn }: Placement, day: string) => daysBetween(targetEndsOn, day);
