// What is to be done about a standard: the words, and beneath them who does it by when. All of it is the answer's one text,
// so that it reads the same in the report, and nothing of it can be lost on the way. Where all of it is said, it becomes an
// action of the provider as well when the visit is finished.
import type { Entry } from './sections.ts';
import type { Framework, Task as Asked } from '../core.ts';

export interface Task {
	words: string;
	owner: string;
	/** A day, or empty. */
	by: string;
}

const LAST_LINE = /(?:^|\n)Who: (.*?)(?:\. By: (\d{4}-\d\d-\d\d))?\.$/;

/** Reads an answer's text. */
export function readTask(text: string): Task {
	const found = LAST_LINE.exec(text);
	if (!found) return { words: text, owner: '', by: '' };
	return { words: text.slice(0, found.index), owner: found[1] === 'not agreed' ? '' : (found[1] ?? ''), by: found[2] ?? '' };
}

/** Writes it as one text. */
export function writeTask({ words, owner, by }: Task): string {
	const isNobody = owner.trim() === '';
	if (isNobody && by === '') return words;
	return `${words}${words === '' ? '' : '\n'}Who: ${isNobody ? 'not agreed' : owner.replaceAll('\n', ' ')}${by === '' ? '' : `. By: ${by}`}.`;
}

/** The longest that the server takes. */
const [AREA, ACTION, OWNER] = [200, 2000, 200];
const fits = (text: string, most: number) => text.length >= 2 && text.length <= most;

/** The action that this visitor's answer asks for; undefined where it does not say what, who and by when, on the day or after. */
export function actionOf({ standard, mine }: Entry, framework: Framework | null, day: string): Asked | undefined {
	const { words, owner, by } = readTask(mine?.answer.action ?? '');
	const [action, who] = [words.trim(), owner.trim()];
	if (!fits(action, ACTION) || !fits(who, OWNER) || by < day) return undefined;
	const ratings = framework?.ratings ?? [];
	const rating = ratings.find(({ id }) => id === mine?.answer.rating);
	const rag = !rating?.fallsShort ? 'green' : rating === ratings.at(-1) ? 'red' : 'amber';
	return { area: `${standard.code} ${standard.title}`.slice(0, AREA), action, owner: who, dueOn: by, rag };
}
