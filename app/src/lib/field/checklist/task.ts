// What is to be done about a standard: the words, and beneath them who does it by when. All of it is the answer's one text,
// so that it reads the same in the report, and nothing of it can be lost on the way.

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
