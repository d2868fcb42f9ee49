import { readReport } from '#lib/reports/report.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ params }) => ({ report: await readReport(params.id) });
