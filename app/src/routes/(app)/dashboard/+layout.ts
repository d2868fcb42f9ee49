// For who looks after many providers; of who may only count there is one page.
import { Failure } from '#lib/graph/client.ts';
import { looksAfterProviders, mayCount } from '#lib/viewer.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ parent, url }) => {
	const { viewer } = await parent();
	if (looksAfterProviders(viewer) || (mayCount(viewer) && url.pathname === '/dashboard')) return;
	throw new Failure('not-found', 'This part is for officers and coordinators.');
};
