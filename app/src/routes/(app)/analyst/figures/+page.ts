import { groupsOf, questionOf, readChoices, readKinds, type Choice } from '#lib/office/asking/figures.ts';
import { answerTo } from '#lib/office/asking/question.ts';
import { found } from '#lib/graph/client.ts';
import type { PageLoad } from './$types';

/** What is shown where nothing is chosen. */
const FIRST = 'providers';

export const load: PageLoad = async ({ url }) => {
	const wanted = url.searchParams;
	const kinds = await readKinds();
	const kind = found(kinds.find(({ plural }) => plural === (wanted.get('of') ?? FIRST)));
	const { by, measures } = await readChoices(kind);
	// What another kind of record can be grouped by is left behind with it.
	const known = (choices: Choice[], code: string | null) => choices.find(([own]) => own === code)?.[0];
	const groups = [wanted.has('of') ? wanted.get('by') : 'KIND', wanted.get('and')].flatMap((code) => known(by, code) ?? []);
	const chosen = { kind, by: [...new Set(groups)], measure: known(measures, wanted.get('measure')) ?? 'count' };
	const question = questionOf(chosen);
	const answer = await answerTo(question);
	return { kinds, by, measures, chosen, question, refusals: answer.refusals, told: groupsOf(chosen, answer) };
};
