import { addDays, dayIn, today } from '#lib/dates.ts';
import { CHANGES, readChanged, type Changing } from '#lib/office/changes.ts';
import type { PageLoad } from './$types';

const isOne = (code: string | null): code is Changing => code !== null && code in CHANGES;

export const load: PageLoad = async ({ url }) => {
	const day = today();
	const wanted = url.searchParams.get('show');
	const show = isOne(wanted) ? wanted : 'documents';
	const since = dayIn(url.searchParams.get('since')) ?? addDays(day, -30);
	const partnership = url.searchParams.get('partnership');
	return { show, since, partnership, ...(await readChanged(show, since, day, partnership)) };
};
