import { ask, askAll, found, rows } from '#lib/graph/client.ts';
import { graphql } from '#lib/graph/graphql.ts';
import { readStanding } from '#lib/standing/read.ts';
import type { Earlier } from '#lib/documents/draft.svelte.ts';
import type { PageLoad } from './$types';

const Types = graphql(`
	query DocumentTypes($after: String) {
		documentTypes(first: 100, after: $after, orderBy: [{ field: NAME }]) {
			edges { node { id name asksExpiry asksCover monthsValid } }
			pageInfo { hasNextPage endCursor }
		}
	}
`);

const Replaced = graphql(`
	query Replaced($id: ID!) {
		node(id: $id) {
			... on ProviderDocument { id title state startsOn expiresOn cover proofs(first: 5) { edges { node { documentType { id } } } } }
		}
	}
`);

export const load: PageLoad = async ({ parent, url }) => {
	const { own } = await parent();
	const type = url.searchParams.get('type');
	const [types, standing] = await Promise.all([askAll(Types, {}, ({ documentTypes }) => documentTypes), readStanding(own.id)]);
	const holding = standing.holdings.find((candidate) => candidate.type.id === type);
	// Beside this year's comes next year's; in the place of a refused one, another try.
	const replaces = url.searchParams.get('replaces') ?? holding?.refused?.id ?? holding?.current?.id ?? holding?.expired?.id;
	return { types, type, required: standing.holdings.map((holding) => holding.type), earlier: replaces ? await readEarlier(replaces) : null };
};

async function readEarlier(id: string): Promise<Earlier> {
	const { node } = await ask(Replaced, { id });
	const { proofs, ...document } = found(node && 'proofs' in node ? node : null);
	return { ...document, typeIds: rows(proofs).flatMap(({ documentType }) => documentType?.id ?? []) };
}
