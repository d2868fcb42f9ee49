// Holds every operation in the sources against the server's schema. The types alone let a field pass that is not there.
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

let wrong = 0;
for (const { name, document } of written) {
	const others = fragments.filter((fragment) => !document.definitions.some((own) => own.name?.value === fragment.name.value));
	for (const { message } of validate(schema, { ...document, definitions: [...document.definitions, ...others] }, rules)) {
		wrong += 1;
		console.log(`${name}: ${message}`);
	}
}
console.log(`${written.length} operations and fragments, ${wrong} mistakes`);
process.exit(wrong > 0 ? 1 : 0);
