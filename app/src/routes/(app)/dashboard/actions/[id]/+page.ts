import { readAction } from '#lib/actions/action.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ params }) => ({ action: await readAction(params.id) });
