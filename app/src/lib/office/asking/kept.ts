// Questions that people keep under a name, share, and change without losing what they said before.
import { ask, askAll, found, rows } from '#lib/graph/client.ts';
import { graphql, type ResultOf } from '#lib/graph/graphql.ts';

const KeptParts = graphql(`
	fragment KeptParts on SavedQuery {
		id
		name
		text
		variables
		latest
		version
		sharedWith
		retiredAt
		owner { id name }
		partnership { id name }
	}
`);

const Kept = graphql(
	`
		query KeptQuestions($after: String) {
			savedQueries(first: 100, after: $after, where: { retiredAt: { isNull: true } }, orderBy: [{ field: NAME }]) {
				edges { node { ...KeptParts } }
				pageInfo { hasNextPage endCursor }
			}
		}
	`,
	[KeptParts],
);

const OneKept = graphql(
	`
		query OneKeptQuestion($id: ID!) {
			node(id: $id) {
				__typename
				... on SavedQuery {
					...KeptParts
					versions(first: 50) { edges { node { id number text variables note createdAt savedBy { name } } } }
				}
			}
		}
	`,
	[KeptParts],
);

export const SaveQuery = graphql(`
	mutation SaveQuery($input: SaveQueryInput!) { saveQuery(input: $input) { savedQuery { id } refusal { code message field } } }
`);
export const SaveVersion = graphql(`
	mutation SaveQueryVersion($input: SaveQueryVersionInput!) { saveQueryVersion(input: $input) { savedQuery { id } refusal { code message field } } }
`);
export const RenameQuery = graphql(`
	mutation RenameQuery($input: RenameQueryInput!) { renameQuery(input: $input) { savedQuery { id } refusal { code message field } } }
`);
export const ShareQuery = graphql(`
	mutation ShareQuery($input: ShareQueryInput!) { shareQuery(input: $input) { savedQuery { id } refusal { code message field } } }
`);
export const RetireQuery = graphql(`
	mutation RetireQuery($input: RetireQueryInput!) { retireQuery(input: $input) { savedQuery { id } refusal { code message field } } }
`);

/** A question that is kept. */
export type Kept = ResultOf<typeof KeptParts>;

/** The questions that the viewer keeps, and those that are shared with them, by name. */
export const readKept = (): Promise<Kept[]> => askAll(Kept, {}, ({ savedQueries }) => savedQueries);

/** A question that is kept, with everything that it said before. */
export async function readOneKept(id: string) {
	const { node } = await ask(OneKept, { id });
	const { versions, ...kept } = found(node?.__typename === 'SavedQuery' ? node : null);
	return { ...kept, versions: rows(versions) };
}

export type OneKept = Awaited<ReturnType<typeof readOneKept>>;

/** Who reads a question beside its owner, in words. */
export const SHARED = {
	ONLY_ME: 'Nobody else',
	PARTNERSHIP: 'The coordinators of my partnership',
	AUTHORITY: 'Officers, coordinators, visitors and analysts',
} as const;
