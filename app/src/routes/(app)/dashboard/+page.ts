import { dayIn, today } from '#lib/dates.ts';
import { readChanges } from '#lib/office/changes.ts';
import { readFigures, readReasons, standingFigures } from '#lib/office/figures.ts';
import { readStandings } from '#lib/standing/read.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url }) => {
	const day = today();
	const since = dayIn(url.searchParams.get('since'));
	const [standings, groups, changes] = await Promise.all([readStandings(), readFigures(day), since ? readChanges(since, day) : null]);
	const reasons = await readReasons(standings, day);
	return { standings, orders: standingFigures(standings), reasons, groups, changes, since, at: new Date().toISOString() };
};
