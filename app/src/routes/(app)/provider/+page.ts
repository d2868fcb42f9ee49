import { today } from '#lib/dates.ts';
import { readAnswered } from '#lib/standing/answered.ts';
import { readStanding } from '#lib/standing/read.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => {
	const { own } = await parent();
	const [standing, answered] = await Promise.all([readStanding(own.id), readAnswered(own.id, today())]);
	return { standing, answered };
};
