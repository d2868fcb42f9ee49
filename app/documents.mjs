// Holds every operation in the sources against the server's schema. The types alone let a field pass that is not there. A
// worked example must be a table too, so that it can be had as data.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, Kind, NoUnusedFragmentsRule, parse, specifiedRules, validate } from 'graphql';

const here = import.meta.dirname;
const schema = buildSchema(readFileSync(join(here, '../schema.graphql'), 'utf8'));
const sources = readdirSync(join(here, 'src'), { recursive: true }).filter((name) => /\.(ts|svelte)$/.test(name));
const written = sources.flatMap((name) =>
	[...readFileSync(join(here, 'src', name), 'utf8').matchAll(/graphql\(\s*`([^`]*)`/g)].map(([, text]) => ({ name, document: parse(text) })),
);
const fragments = written.flatMap(({ document }) => document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION));
const rules = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule);

const fields = ({ selectionSet }) => selectionSet?.selections.filter(({ kind }) => kind === Kind.FIELD) ?? [];
const isList = (field) => fields(field).some(({ name }) => name.value === 'edges');
/** The lists that a row asks for, behind whatever single things. */
const lists = (row) => fields(row).flatMap((field) => (isList(field) ? [field] : lists(field)));
const rowsOf = (list) => fields(list).filter(({ name }) => name.value === 'edges').flatMap(fields);
/** Whether one list, or one below another, is all that is asked for. */
const isTable = (above) => lists(above).length <= 1 && lists(above).every((list) => rowsOf(list).every(isTable));

let wrong = 0;
const complain = (name, words) => {
	wrong += 1;
	console.log(`${name}: ${words}`);
};
for (const { name, document } of written) {
	const others = fragments.filter((fragment) => !document.definitions.some((own) => own.name?.value === fragment.name.value));
	const whole = { ...document, definitions: [...document.definitions, ...others] };
	for (const { message } of validate(schema, whole, rules)) complain(name, message);
	const [operation] = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
	if (!operation) continue;
	const isExample = name.includes('examples');
	if (isExample && !(fields(operation).length === 1 && fields(operation).every(isList) && isTable(operation))) complain(name, `${operation.name?.value} is no table`);
}
console.log(`${written.length} operations and fragments, ${wrong} mistakes`);
process.exit(wrong > 0 ? 1 : 0);
