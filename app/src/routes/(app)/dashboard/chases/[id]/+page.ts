import { today } from '#lib/dates.ts';
import { readChase, readTeam } from '#lib/office/chases/chase.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ params }) => {
	const [chase, team] = await Promise.all([readChase(params.id), readTeam(today())]);
	return { chase, team };
};
