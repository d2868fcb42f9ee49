import { readStandings } from '#lib/standing/read.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async () => ({ standings: await readStandings() });
