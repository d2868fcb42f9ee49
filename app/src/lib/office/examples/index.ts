// Worked examples: real questions from what partnerships and the county are asked to report (S73 to S77).
import type { Chapter } from './example.ts';
import { PROVIDERS } from './providers.ts';
import { PUPILS } from './pupils.ts';
import { QUALITY } from './quality.ts';

export type { Chapter, Example } from './example.ts';

export const CHAPTERS: Chapter[] = [PROVIDERS, QUALITY, PUPILS];
