// Figures by groups: what can be counted, by what, and the question that asks for it. All of it comes from the schema, so that what is
// new there can be chosen here.
import { answerTo, type Answer, type Question } from './question.ts';

/** Something that can be chosen: its name in the graph, and in words. */
export type Choice = readonly [code: string, words: string];

/** A kind of record: its list in the graph, and the name of its type. */
export interface Kind {
	plural: string;
	type: string;
}

/** What is chosen. */
export interface Chosen {
	kind: Kind;
	by: string[];
	/** `count`, or a measure and the field that it is of, as in `sum.weeklyMinutes`. */
	measure: string;
}

/** A group with its figure. */
export interface Group {
	names: string[];
	/** Nothing where there is no figure, or where it is too small to be told. */
	value: number | null;
	shown: string;
}

interface Named {
	name: string;
}
type Fields = { fields: Named[] } | null;

const KINDS = `query Counted { __type(name: "Query") { fields { name type { ofType { name } } } } }`;
const CHOICES = `query Choices($by: String!, $distinct: String!, $sum: String!, $average: String!) {
  by: __type(name: $by) { enumValues { name } }
  distinct: __type(name: $distinct) { fields { name } }
  sum: __type(name: $sum) { fields { name } }
  average: __type(name: $average) { fields { name } }
}`;
const SUFFIX = 'Aggregate';

/** WEEKLY_MINUTES and weeklyMinutes: weekly minutes. */
export const inWords = (code: string): string => code.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ').toLowerCase();
/** The same at the beginning of a line. */
export const asTitle = (code: string): string => inWords(code).replace(/^./, (letter) => letter.toUpperCase());

/** Everything of which there are figures. */
export async function readKinds(): Promise<Kind[]> {
	const { data } = await answerTo({ query: KINDS, variables: {} });
	const { fields } = (data?.__type ?? { fields: [] }) as { fields: (Named & { type: { ofType: Named | null } })[] };
	return fields.filter(({ name }) => name.endsWith(SUFFIX)).map(({ name, type }) => ({ plural: name.slice(0, -SUFFIX.length), type: (type.ofType?.name ?? '').slice(0, -SUFFIX.length) }));
}

/** What records of a kind can be grouped by, and their figures. */
export async function readChoices({ type }: Kind): Promise<{ by: Choice[]; measures: Choice[] }> {
	const variables = { by: `${type}GroupBy`, distinct: `${type}Distinct`, sum: `${type}Sum`, average: `${type}Average` };
	const { data } = await answerTo({ query: CHOICES, variables });
	const { by, distinct, sum, average } = (data ?? {}) as { by: { enumValues: Named[] } | null; distinct: Fields; sum: Fields; average: Fields };
	const of = (measure: string, words: string, from: Fields): Choice[] => (from?.fields ?? []).map(({ name }) => [`${measure}.${name}`, `${words} ${inWords(name)}`]);
	return {
		by: (by?.enumValues ?? []).map(({ name }) => [name, asTitle(name)]),
		measures: [['count', 'How many'], ...of('distinct', 'Different', distinct), ...of('sum', 'Sum of', sum), ...of('mean', 'Mean', average), ...of('median', 'Median', average)],
	};
}

/** The question behind what is chosen. */
export function questionOf({ kind, by, measure }: Chosen): Question {
	const [figure = 'count', field] = measure.split('.');
	const groups = by.length > 0 ? `(groupBy: [${by.join(', ')}])` : '';
	const query = `query {
  ${kind.plural}${SUFFIX}${groups} {
    exact
    asAt
    rows { key { value label } ${field ? `${figure} { ${field} }` : 'count'} }
  }
}`;
	return { query, variables: {} };
}

/** The answer to it; nothing where it was refused. */
export function groupsOf({ kind, measure }: Chosen, { data }: Answer): { groups: Group[]; exact: boolean; asAt: string; isMoney: boolean } | null {
	const answer = data?.[`${kind.plural}${SUFFIX}`] as { exact: boolean; asAt: string; rows: Row[] } | null | undefined;
	if (!answer) return null;
	const [figure = 'count', field] = measure.split('.');
	const raw = answer.rows.map((row) => (field ? (row[figure] as Record<string, Figure>)[field] : (row[figure] as Figure)) ?? null);
	const groups = answer.rows.map(({ key }, at): Group => {
		const value = raw[at] ?? null;
		return { names: key.map(nameOf), value: value === null ? null : Number(value), shown: value === null ? (answer.exact ? 'none' : 'fewer than 10') : String(value) };
	});
	return { groups, exact: answer.exact, asAt: answer.asAt, isMoney: raw.some((value) => typeof value === 'string') };
}

type Figure = number | string | null;
interface Row {
	key: { value: string | null; label: string | null }[];
	[figure: string]: unknown;
}

/** A group's value in a dimension: its name, its code in words, or the number or period that it is. */
function nameOf({ value, label }: Row['key'][number]): string {
	if (value === null) return 'Not recorded';
	return label ?? (/^[A-Z][A-Z_]*$/.test(value) ? asTitle(value) : value);
}
