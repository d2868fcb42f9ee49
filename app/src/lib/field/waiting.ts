// Everything that the server does not hold yet, across all visits: what it is, how it stands, what can be done about it.
import type { Sending, VisitDetail } from './core.ts';
import { ofAnswer, ofEvidence, type Told } from './words.ts';

/** One thing that is not safe yet. */
export interface Waiting {
	key: string;
	visit: string;
	provider: string;
	words: string;
	/** Where it is changed. */
	path: string;
	told: Told;
	/** What is tried again, where that may help. */
	retry: string | undefined;
}

const retryOf = (sending: Sending | null): string | undefined =>
	sending?.status.status === 'attention' && sending.status.why.code !== 'conflict' ? sending.item : undefined;

/** Of one visit; what needs somebody comes first. */
export function waitingOf(detail: VisitDetail): Waiting[] {
	const { summary, framework, answers, evidence, beginning, improving, completion } = detail;
	const standards = new Map(framework?.standards.map(({ id, code }) => [id, code]));
	const common = { visit: summary.id, provider: summary.provider };
	const path = `/field/${summary.id}`;
	const given = answers.flatMap(({ standard, by, unsent }): Waiting[] => {
		if (by !== null || !unsent) return [];
		return [{ ...common, key: unsent.item, words: `Answer to ${standards.get(standard) ?? 'a standard'}`, path: `${path}/checklist/${standard}`, told: ofAnswer(unsent), retry: retryOf(unsent) }];
	});
	const captured = evidence.flatMap(({ id, standard, kind, caption, isOwn, state }): Waiting[] => {
		if (!isOwn || state.state === 'safe' || state.state === 'withdrawn') return [];
		const about = standard && standards.get(standard);
		const words = caption ?? (kind === 'photo' ? 'Photo' : kind === 'signature' ? 'Signature' : 'Document');
		const retry = state.state === 'held' ? retryOf(state.sending) : state.state === 'refused' ? (state.item ?? undefined) : undefined;
		return [{ ...common, key: id, words: about ? `${words} (${about})` : words, path: standard ? `${path}/checklist/${standard}` : `${path}/evidence`, told: ofEvidence(state), retry }];
	});
	const act = (sending: Sending | null, words: string, at: string): Waiting[] =>
		sending ? [{ ...common, key: sending.item, words, path: at, told: ofAnswer(sending), retry: retryOf(sending) }] : [];
	const actions = improving.flatMap(({ standard, sending }) => act(sending, `Action on ${standards.get(standard) ?? 'a standard'}`, `${path}/finish`));
	const all = [...act(beginning, 'The visit itself', path), ...given, ...captured, ...actions, ...act(completion, 'Finishing the visit', `${path}/finish`)];
	return [...all.filter(({ told }) => told.tone === 'bad'), ...all.filter(({ told }) => told.tone !== 'bad')];
}
