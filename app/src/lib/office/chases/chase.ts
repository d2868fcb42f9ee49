// Chases: who asks which provider for what, and by when. For the QA team; a provider sees what is due, and not who is after it.
import { ask, askAll, found } from '#lib/graph/client.ts';
import { graphql, type ResultOf, type VariablesOf } from '#lib/graph/graphql.ts';
import { long } from '#lib/dates.ts';

export const ChaseParts = graphql(`
	fragment ChaseParts on Chase {
		id
		note
		dueOn
		state
		closingNote
		closedAt
		version
		provider {
			id
			name
			telephone
			contacts(first: 5, where: { endsOn: { isNull: true }, role: { in: [KEY_CONTACT, HEAD] } }) {
				edges { node { name role telephone email } }
			}
		}
		documentType { id name }
		visit { id plannedFor }
		improvementAction { id area }
		assignedTo { id name }
		raisedBy { name }
		closedBy { name }
	}
`);

export const Chases = graphql(
	`
		query ChasesBy($after: String, $where: ChaseWhere) {
			chases(first: 100, after: $after, where: $where, orderBy: [{ field: DUE_ON }]) {
				edges { node { ...ChaseParts } }
				pageInfo { hasNextPage endCursor }
			}
		}
	`,
	[ChaseParts],
);

const OneChase = graphql(`query OneChase($id: ID!) { node(id: $id) { __typename ...ChaseParts } }`, [ChaseParts]);

const Team = graphql(`
	query QaTeam($after: String, $day: Date!) {
		accounts(
			first: 100
			after: $after
			where: {
				state: { eq: ACTIVE }
				memberships: { some: { role: { in: [OFFICER, COORDINATOR, VISITOR] }, startsOn: { lte: $day }, or: [{ endsOn: { isNull: true } }, { endsOn: { gt: $day } }] } }
			}
			orderBy: [{ field: NAME }]
		) {
			edges { node { id name } }
			pageInfo { hasNextPage endCursor }
		}
	}
`);

export const CreateChase = graphql(`
	mutation CreateChase($input: CreateChaseInput!) { createChase(input: $input) { chase { id } refusal { code message field } } }
`);
export const AssignChase = graphql(`
	mutation AssignChase($input: AssignChaseInput!) { assignChase(input: $input) { chase { id } refusal { code message field } } }
`);
export const CloseChase = graphql(`
	mutation CloseChase($input: CloseChaseInput!) { closeChase(input: $input) { chase { id } refusal { code message field } } }
`);

export type Chase = ResultOf<typeof ChaseParts>;

/** Chases that are like that, the earliest first. */
export const readChases = (where: VariablesOf<typeof Chases>['where']): Promise<Chase[]> => askAll(Chases, { where }, ({ chases }) => chases);

/** Reads a chase. */
export async function readChase(id: string): Promise<Chase> {
	const { node } = await ask(OneChase, { id });
	return found(node?.__typename === 'Chase' ? node : null);
}

/** Who can go after something: the authority's QA team on a day, as choices. */
export async function readTeam(day: string): Promise<[string, string][]> {
	const accounts = await askAll(Team, { day }, (result) => result.accounts);
	return accounts.map(({ id, name }) => [id, name]);
}

/** What a chase is about, in words. */
export function aboutOf({ documentType, visit, improvementAction }: Chase): string {
	if (documentType) return documentType.name;
	if (visit) return `Visit of ${long(visit.plannedFor)}`;
	return improvementAction?.area ?? 'The provider';
}
