// Who competent looked at a health and safety point (S161), as it stands in the words of an answer.

import type { Entry } from './sections.ts';

/** How the sentence begins. */
export const COMPETENT = 'Competent person:';

/** Everybody whom an answer names so. */
export const competentIn = (seen: string): string[] => [...seen.matchAll(/Competent person: ([^\n]*?)\.(?=\s|$)/g)].map(([, who]) => who ?? '');

/** Whether a standard is for a competent person alone to judge, and nobody is named. */
export const lacksCompetent = ({ standard, mine, others }: Entry): boolean =>
	standard.competentPerson && [mine, ...others].every((answer) => competentIn(answer?.answer.seen ?? '').length === 0);
