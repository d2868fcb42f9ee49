// Who competent looked at a health and safety point (S161), as it stands in the words of an answer.

/** How the sentence begins. */
export const COMPETENT = 'Competent person:';

/** Everybody whom an answer names so. */
export const competentIn = (seen: string): string[] => [...seen.matchAll(/Competent person: ([^\n]*?)\.(?=\s|$)/g)].map(([, who]) => who ?? '');
