import { readOneKept } from '#lib/office/asking/kept.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url }) => {
	const id = url.searchParams.get('kept');
	return { kept: id ? await readOneKept(id) : null };
};
