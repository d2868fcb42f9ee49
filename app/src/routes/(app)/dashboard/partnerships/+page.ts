import { dayIn, schoolYear, today } from '#lib/dates.ts';
import { readPartnerships } from '#lib/office/partnerships.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent, url }) => {
	const { viewer } = await parent();
	const day = today();
	const since = dayIn(url.searchParams.get('since')) ?? schoolYear(day);
	return { day, since, ...(await readPartnerships(viewer, since, day)) };
};
