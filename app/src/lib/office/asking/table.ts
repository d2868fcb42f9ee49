// An answer as a table, by the same rule as the server's files: one list, or one below another, and a row for each record
// of the deepest; names of columns are the fields' names on the way.

export type Cell = string | number | boolean | null;
export type Line = Record<string, Cell>;

interface Connection {
	edges: { node?: Node | null }[];
}
type Node = { [field: string]: unknown };

const isObject = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const isConnection = (value: unknown): value is Connection => isObject(value) && Array.isArray(value.edges);

/** The rows of an answer; nothing where it is no table. */
export function linesOf(data: unknown): Line[] | null {
	if (!isObject(data)) return null;
	const [only, ...others] = Object.values(data);
	return isConnection(only) && others.length === 0 ? below(only, '') : null;
}

/** Every column that a row has. */
export const columnsOf = (lines: Line[]): string[] => [...new Set(lines.flatMap((line) => Object.keys(line)))];

function below({ edges }: Connection, prefix: string): Line[] | null {
	const lines: Line[] = [];
	for (const { node } of edges) {
		const { own, lists } = split(node ?? {}, prefix);
		const [list, ...others] = lists;
		if (others.length > 0) return null;
		const under = list ? below(list.connection, list.name) : [{}];
		if (!under) return null;
		lines.push(...under.map((line) => ({ ...own, ...line })));
	}
	return lines;
}

/** What a row says itself, and the lists below it. */
function split(node: Node, prefix: string) {
	const own: Line = {};
	const lists: { name: string; connection: Connection }[] = [];
	for (const [field, value] of Object.entries(node)) {
		const name = prefix ? `${prefix}_${field}` : field;
		if (isConnection(value)) lists.push({ name, connection: value });
		else if (isObject(value)) {
			const within = split(value, name);
			Object.assign(own, within.own);
			lists.push(...within.lists);
		} else own[name] = Array.isArray(value) ? JSON.stringify(value) : (value as Cell);
	}
	return { own, lists };
}
