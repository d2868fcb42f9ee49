// The provider whose portal this is: the first that the viewer works for.
import { found } from '#lib/graph/client.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ parent }) => {
	const { viewer } = await parent();
	const membership = viewer.memberships.find(({ role }) => role === 'PROVIDER');
	return { own: found(membership?.provider) };
};
