import { readStanding } from '#lib/standing/read.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => ({ standing: await readStanding((await parent()).own.id) });
