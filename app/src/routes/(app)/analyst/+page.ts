import { readKept } from '#lib/office/asking/kept.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async () => ({ kept: await readKept() });
