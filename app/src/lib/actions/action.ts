// An improvement action with its history and evidence.
import { ask, found } from '#lib/graph/client.ts';
import { graphql, type ResultOf } from '#lib/graph/graphql.ts';
import { FileParts } from '#lib/documents/document.ts';

const ReadAction = graphql(
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
					provider {
						id
						name
						telephone
						contacts(first: 5, where: { endsOn: { isNull: true }, role: { in: [KEY_CONTACT, HEAD] } }) {
							edges { node { name role telephone email } }
						}
					}
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

/** An improvement action with all that is known of it. */
export type Action = Extract<ResultOf<typeof ReadAction>['node'], { __typename: 'ImprovementAction' }>;

/** A step of an action: a note, and perhaps a new state. The words and the rule are the server's. */
export const UpdateAction = graphql(`
	mutation UpdateAction($input: UpdateImprovementActionInput!) {
		updateImprovementAction(input: $input) { improvementAction { id } refusal { code message field } }
	}
`);

/** Reads an improvement action. */
export async function readAction(id: string): Promise<Action> {
	const { node } = await ask(ReadAction, { id });
	return found(node?.__typename === 'ImprovementAction' ? node : null);
}
