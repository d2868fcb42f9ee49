// How placements stand to their target end dates, counted by the server in one question.
import { ask } from '#lib/graph/client.ts';
import { graphql, type VariablesOf } from '#lib/graph/graphql.ts';
import { addDays } from '#lib/dates.ts';

/** Steps from the date that is furthest past; `from` and `to` are days from today, both within the step. */
export const STEPS = [
	{ code: 'past-90', name: 'More than 90 days past', from: null, to: -91 },
	{ code: 'past-60', name: '61 to 90 days past', from: -90, to: -61 },
	{ code: 'past-30', name: '31 to 60 days past', from: -60, to: -31 },
	{ code: 'past-1', name: '1 to 30 days past', from: -30, to: -1 },
	{ code: 'soon', name: 'Reach it in 30 days', from: 0, to: 30 },
	{ code: 'later', name: 'Later', from: 31, to: null },
] as const;

export const Drift = graphql(`
	query PlacementsByDrift($past90: DateFilter!, $past60: DateFilter!, $past30: DateFilter!, $past1: DateFilter!, $soon: DateFilter!, $later: DateFilter!) {
		past90: placements(where: { state: { eq: ACTIVE }, targetEndsOn: $past90 }) { totalCount }
		past60: placements(where: { state: { eq: ACTIVE }, targetEndsOn: $past60 }) { totalCount }
		past30: placements(where: { state: { eq: ACTIVE }, targetEndsOn: $past30 }) { totalCount }
		past1: placements(where: { state: { eq: ACTIVE }, targetEndsOn: $past1 }) { totalCount }
		soon: placements(where: { state: { eq: ACTIVE }, targetEndsOn: $soon }) { totalCount }
		later: placements(where: { state: { eq: ACTIVE }, targetEndsOn: $later }) { totalCount }
	}
`);

/** A step, and how many placements stand there. */
export interface Step {
	code: string;
	name: string;
	placements: number;
}

/** The target end dates of a step, or of all that are past; nothing where the code is none of them. */
export function datesOf(code: string | null, day: string) {
	if (code === 'past') return { lt: day };
	const step = STEPS.find((step) => step.code === code);
	if (!step) return undefined;
	return { ...(step.from !== null && { gte: addDays(day, step.from) }), ...(step.to !== null && { lte: addDays(day, step.to) }) };
}

/** How many placements that run stand at each step. */
export async function readDrift(day: string) {
	const key = (code: string) => code.replace('-', '') as keyof VariablesOf<typeof Drift>;
	const variables = Object.fromEntries(STEPS.map(({ code }) => [key(code), datesOf(code, day)])) as VariablesOf<typeof Drift>;
	const counts = await ask(Drift, variables);
	return { steps: STEPS.map(({ code, name }): Step => ({ code, name, placements: counts[key(code)].totalCount })), variables };
}
