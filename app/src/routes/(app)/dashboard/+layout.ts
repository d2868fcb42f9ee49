// For who looks after many providers.
import { Failure } from '#lib/graph/client.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ parent }) => {
	const { viewer } = await parent();
	if (!viewer.memberships.some(({ role }) => role === 'COORDINATOR' || role === 'OFFICER')) throw new Failure('not-found', 'This part is for officers and coordinators.');
};
