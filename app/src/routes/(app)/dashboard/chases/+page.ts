import { today } from '#lib/dates.ts';
import { Chases, readChases } from '#lib/office/chases/chase.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent, url }) => {
	const { viewer } = await parent();
	const show = url.searchParams.get('show') ?? 'mine';
	const where = show === 'done' ? { state: { eq: 'DONE' as const } } : { state: { eq: 'OPEN' as const }, ...(show === 'mine' && { assignedTo: { id: { eq: viewer.id } } }) };
	return { show, day: today(), chases: await readChases(where), query: { document: Chases, variables: { where } } };
};
