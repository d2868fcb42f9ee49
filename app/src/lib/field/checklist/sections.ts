// The checklist of a visit as it is walked: sections, how far each is, and what comes next.
import type { Answer, Evidence, Finding, Framework, Lack, Standard, VisitDetail } from '../core.ts';

/** A standard with all that is known of it at this visit. */
export interface Entry {
	standard: Standard;
	/** This visitor's answer. */
	mine: Answer | undefined;
	others: Answer[];
	/** What was captured for it and stands. */
	evidence: Evidence[];
	lacks: Lack[];
	/** What the last report said. */
	before: Finding | undefined;
	progress: Progress;
}

/** Done: nothing is lacking. Begun: something was given. */
export type Progress = 'done' | 'begun' | 'open';

export interface Section {
	key: string;
	/** Empty where it is not known. */
	title: string;
	/** The first and the last. */
	codes: string;
	entries: Entry[];
	done: number;
}

/** The framework's standards, with what was given on each. */
export function entriesOf({ framework, answers, evidence, lacks, findings }: VisitDetail): Entry[] {
	return (framework?.standards ?? []).map((standard) => {
		const about = <Row extends { standard: string | null }>(rows: Row[]) => rows.filter((row) => row.standard === standard.id);
		const given = about(answers);
		const captured = about(evidence).filter(({ state }) => state.state !== 'withdrawn');
		const lacking = about(lacks);
		const isBegun = given.length > 0 || captured.length > 0;
		const progress = lacking.length === 0 && (isBegun || standard.answer === 'optional_text') ? 'done' : isBegun ? 'begun' : 'open';
		return {
			standard,
			mine: given.find(({ by }) => by === null),
			others: given.filter(({ by }) => by !== null),
			evidence: captured,
			lacks: lacking,
			before: about(findings)[0],
			progress,
		};
	});
}

/** The sections, in the order asked. Where they have no title, the codes tell them apart: 1a and 1b, V1 and V2. */
export function sectionsOf(entries: Entry[]): Section[] {
	const sections: Section[] = [];
	for (const entry of entries) {
		const { section: title, code } = entry.standard;
		const key = title || (/^(\d+|[A-Za-z]+)/.exec(code)?.[0] ?? '');
		let section = sections.at(-1);
		if (section?.key !== key) {
			section = { key, title, codes: code, entries: [], done: 0 };
			sections.push(section);
		}
		section.entries.push(entry);
		section.codes = section.entries[0] === entry ? code : `${section.entries[0]?.standard.code} to ${code}`;
		if (entry.progress === 'done') section.done += 1;
	}
	return sections;
}

/** What still lacks something, the first after a standard; from the beginning again where none follows. */
export function nextLacking(entries: Entry[], after?: string): Entry | undefined {
	const place = entries.findIndex(({ standard }) => standard.id === after);
	const lacking = (entry: Entry) => entry.lacks.length > 0 && entry.standard.id !== after;
	return entries.slice(place + 1).find(lacking) ?? entries.find(lacking);
}

/** Whether a rating calls for improvement. */
export const fallsShort = (framework: Framework | null, rating: string | null): boolean =>
	framework?.ratings.find(({ id }) => id === rating)?.fallsShort ?? false;

/** The label of a rating. */
export const labelOf = (framework: Framework | null, rating: string | null): string | undefined =>
	framework?.ratings.find(({ id }) => id === rating)?.label;

/** What a standard says of pictures: whether any may be taken, what it wants, and what must never be in one. */
export function picturesOf({ evidence }: Standard) {
	const pictures = evidence.filter(({ kind }) => kind === 'photo' || kind === 'document');
	const never = pictures.filter(({ need }) => need === 'never');
	const wanted = pictures.filter(({ need }) => need !== 'never');
	const mentions = (kind: 'photo' | 'document') => pictures.filter((picture) => picture.kind === kind);
	const wants = (kind: 'photo' | 'document') => mentions(kind).some(({ need }) => need !== 'never');
	const takesPhotos = mentions('photo').length === 0 || wants('photo');
	// Where no photo may be taken, a page is one too, unless the framework asks for it.
	return { never, wanted, takesPhotos, takesDocuments: wants('document') || takesPhotos };
}
