import { dayIn, today } from '#lib/dates.ts';
import { readChanges } from '#lib/office/changes.ts';
import { readOtherDay } from '#lib/office/asat.ts';
import { readFigures, readReasons, standingFigures } from '#lib/office/figures.ts';
import { readTold } from '#lib/office/told.ts';
import { readStandings } from '#lib/standing/read.ts';
import { looksAfterProviders } from '#lib/viewer.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent, url }) => {
	const { viewer } = await parent();
	const day = today();
	if (!looksAfterProviders(viewer)) return { asAt: day, day, other: null, now: null, told: await readTold(day) };
	const asAt = dayIn(url.searchParams.get('asAt'));
	if (asAt && asAt !== day) return { asAt, day, other: await readOtherDay(asAt, day), now: null, told: null };
	const since = dayIn(url.searchParams.get('since'));
	const [standings, groups, changes] = await Promise.all([readStandings(), readFigures(day), since ? readChanges(since, day) : null]);
	const reasons = await readReasons(standings, day);
	const now = { standings, orders: standingFigures(standings), reasons, groups, changes, since, at: new Date().toISOString() };
	return { asAt: day, day, other: null, now, told: null };
};
