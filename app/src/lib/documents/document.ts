// A provider's document, as the provider and its reviewer read it.
import { graphql, type ResultOf } from '#lib/graph/graphql.ts';

export const FileParts = graphql(`
	fragment FileParts on File {
		id
		state
		refusal
		declaredSha256
		mediaType
		byteSize
		pages
		smallUrl
		largeUrl
		renditions(first: 40, where: { kind: { contains: "w1600" } }) { edges { node { kind url width height } } }
	}
`);

export const DocumentParts = graphql(
	`
		fragment DocumentParts on ProviderDocument {
			id
			title
			issuedOn
			startsOn
			expiresOn
			cover
			state
			reviewReason
			reviewedAt
			createdAt
			version
			reviewedBy { name }
			file { ...FileParts }
			proofs(first: 5) { edges { node { documentType { id name } } } }
		}
	`,
	[FileParts],
);

/** A document with what came before and after it. */
export const ReadDocument = graphql(
	`
		query ReadDocument($id: ID!) {
			node(id: $id) {
				__typename
				... on ProviderDocument {
					...DocumentParts
					provider { id name }
					replaces { id title state startsOn expiresOn replaces { id title state startsOn expiresOn } }
					replacedBy(first: 10) { edges { node { id title state startsOn expiresOn } } }
				}
			}
		}
	`,
	[DocumentParts],
);

export type ServedFile = ResultOf<typeof FileParts>;
export type Document = ResultOf<typeof DocumentParts>;
