// An improvement action with its history and evidence.
import { ask, found } from '#lib/graph/client.ts';
import { graphql } from '#lib/graph/graphql.ts';
import { FileParts } from '#lib/documents/document.ts';

const Action = graphql(
	`
		query ReadAction($id: ID!) {
			node(id: $id) {
				__typename
				... on ImprovementAction {
					id
					area
					action
					owner
					dueOn
					rag
					state
					version
					provider { id name }
					visit { id plannedFor }
					standard { code title }
					updates(first: 100) { edges { node { id state note createdAt account { name } } } }
					evidence(first: 50, where: { withdrawnAt: { isNull: true } }) { edges { node { id caption kind createdAt file { ...FileParts } } } }
				}
			}
		}
	`,
	[FileParts],
);

/** Reads an improvement action. */
export async function readAction(id: string) {
	const { node } = await ask(Action, { id });
	return found(node?.__typename === 'ImprovementAction' ? node : null);
}
