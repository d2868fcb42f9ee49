// What the commissioner has answered of late: documents reviewed, amendments decided, actions closed.
import { ask, rows } from '#lib/graph/client.ts';
import { graphql } from '#lib/graph/graphql.ts';
import { addDays } from '#lib/dates.ts';
import { word } from '#lib/words.ts';
import { DOCUMENT_TONE } from './words.ts';
import type { Tone } from '#lib/components/Tag.svelte';

const Answered = graphql(`
	query AnsweredLately($provider: ID!, $since: DateTime!) {
		documents(first: 20, where: { provider: { id: { eq: $provider } }, reviewedAt: { gte: $since } }, orderBy: [{ field: REVIEWED_AT, direction: DESC }]) {
			edges { node { id title state reviewedAt reviewReason } }
		}
		amendments(first: 20, where: { visit: { provider: { id: { eq: $provider } } }, decidedAt: { gte: $since } }, orderBy: [{ field: DECIDED_AT, direction: DESC }]) {
			edges { node { id state reason decidedAt visit { id } finding { standard { code } } } }
		}
		improvementActions(first: 20, where: { provider: { id: { eq: $provider } }, closedAt: { gte: $since } }, orderBy: [{ field: CLOSED_AT, direction: DESC }]) {
			edges { node { id area closedAt } }
		}
	}
`);

/** Something that was answered. */
export interface Answer {
	id: string;
	what: string;
	path: string;
	state: string;
	tone: Tone;
	/** What was said, where something was. */
	words: string | null;
	at: string;
}

/** How many days back "of late" is. */
export const DAYS = 30;

/** What was answered to a provider in the days before a day, the newest first. */
export async function readAnswered(provider: string, day: string): Promise<Answer[]> {
	const { documents, amendments, improvementActions } = await ask(Answered, { provider, since: `${addDays(day, -DAYS)}T00:00:00Z` });
	const answers: Answer[] = [
		...rows(documents).map(({ id, title, state, reviewedAt, reviewReason }) => ({
			id,
			what: title,
			path: `/provider/documents/${id}`,
			state: word('document', state),
			tone: DOCUMENT_TONE[state],
			words: reviewReason,
			at: reviewedAt ?? '',
		})),
		...rows(amendments).map(({ id, state, reason, decidedAt, visit, finding }) => ({
			id,
			what: `Your amendment to ${finding?.standard ? finding.standard.code : 'the report'}`,
			path: `/provider/visits/${visit?.id ?? ''}`,
			state: word('amendment', state),
			tone: state === 'ACCEPTED' ? ('good' as const) : ('warn' as const),
			words: reason,
			at: decidedAt ?? '',
		})),
		...rows(improvementActions).map(({ id, area, closedAt }) => ({ id, what: area, path: `/provider/actions/${id}`, state: word('action', 'CLOSED'), tone: 'good' as const, words: null, at: closedAt ?? '' })),
	];
	return answers.sort((one, other) => other.at.localeCompare(one.at));
}
