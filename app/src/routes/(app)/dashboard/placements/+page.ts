import { today } from '#lib/dates.ts';
import { readPlacements } from '#lib/office/placements.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url }) => {
	const day = today();
	return { day, ...(await readPlacements(url.searchParams, day)) };
};
