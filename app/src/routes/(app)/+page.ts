import { redirect } from '@sveltejs/kit';
import { partsOf } from '#lib/viewer.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => {
	const { viewer } = await parent();
	const [first] = partsOf(viewer);
	if (first) redirect(307, first.path);
};
