import { today } from '#lib/dates.ts';
import { readDrift } from '#lib/office/drift.ts';
import { readPlacements } from '#lib/office/placements.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url }) => {
	const day = today();
	const [drift, placements] = await Promise.all([readDrift(day), readPlacements(url.searchParams, day)]);
	return { day, drift, ...placements };
};
