// Reading what the standing of providers follows from: all of it, never only a first page.
import { ask, askAll, found, rows, type Page } from '#lib/graph/client.ts';
import { graphql } from '#lib/graph/graphql.ts';
import { today } from '#lib/dates.ts';
import { holdingsOf, isWrong, orderOf, pointsOf, Requirements, StandingParts, type Holding, type Order, type Point, type Provider } from './standing.ts';

const OneStanding = graphql(`query OneStanding($id: ID!) { node(id: $id) { __typename ...StandingParts } }`, [StandingParts]);

/** The standing of every provider that the viewer sees. */
export const Standings = graphql(
	`
		query Standings($after: String) {
			providers(first: 15, after: $after) {
				totalCount
				edges {
					node {
						...StandingParts
						telephone
						placements(first: 1, where: { state: { eq: ACTIVE } }) { totalCount }
						contacts(first: 5, where: { endsOn: { isNull: true }, role: { in: [KEY_CONTACT, HEAD] } }) {
							edges { node { name role telephone email } }
						}
					}
				}
				pageInfo { hasNextPage endCursor }
			}
		}
	`,
	[StandingParts],
);

const MoreProofs = graphql(`
	query MoreProofs($id: ID!, $after: String) {
		node(id: $id) {
			... on Provider {
				documentProofs(first: 100, after: $after, where: { document: { state: { ne: WITHDRAWN } } }) {
					edges { node { documentType { id } document { id title state startsOn expiresOn createdAt reviewReason file { state } } } }
					pageInfo { hasNextPage endCursor }
				}
			}
		}
	}
`);

/** A provider with what is due. */
export interface Standing<P extends Provider = Provider> {
	provider: P;
	holdings: Holding[];
	points: Point[];
	order: Order;
	/** The day for which it was worked out. */
	day: string;
}

const readRequirements = () => askAll(Requirements, {}, ({ documentRequirements }) => documentRequirements);

/** How one provider stands today. */
export async function readStanding(id: string): Promise<Standing> {
	const [{ node }, requirements] = await Promise.all([ask(OneStanding, { id }), readRequirements()]);
	const provider = found(node?.__typename === 'Provider' ? node : null);
	return judge(await whole(provider), requirements);
}

/** A provider in a list, with whom to ring. */
export type Listed = Awaited<ReturnType<typeof readStandings>>[number];

/** How every provider that the viewer sees stands today. */
export async function readStandings() {
	const [providers, requirements] = await Promise.all([askStandings(), readRequirements()]);
	const standings = [];
	for (const provider of providers) standings.push(judge(await whole(provider), requirements));
	return standings;
}

const askStandings = () => askAll(Standings, {}, ({ providers }) => providers);

/** Reads the rest of a provider's documents, where there are more than fit one page. */
async function whole<P extends Provider>(provider: P): Promise<P> {
	const edges = [...provider.documentProofs.edges];
	let page: Page<unknown>['pageInfo'] = provider.documentProofs.pageInfo;
	while (page.hasNextPage) {
		const { node } = await ask(MoreProofs, { id: provider.id, after: page.endCursor });
		const more = node && 'documentProofs' in node ? node.documentProofs : null;
		if (!more) break;
		edges.push(...more.edges);
		page = more.pageInfo;
	}
	return { ...provider, documentProofs: { ...provider.documentProofs, edges } };
}

function judge<P extends Provider>(provider: P, requirements: Parameters<typeof holdingsOf>[1]): Standing<P> {
	const day = today();
	const holdings = holdingsOf(provider, requirements, day);
	const points = pointsOf(provider, holdings, day);
	return { provider, holdings, points, order: orderOf(provider, points), day };
}

/** Those with most pupils and most to put right come first. */
export const byNeed = (one: Listed, other: Listed) =>
	other.provider.placements.totalCount - one.provider.placements.totalCount ||
	other.points.filter(isWrong).length - one.points.filter(isWrong).length ||
	one.provider.name.localeCompare(other.provider.name);

/** Whom to ring first. */
export const keyContact = ({ contacts }: { contacts: { edges: { node: { name: string; role: string; telephone: string | null; email: string | null } }[] } }) =>
	rows(contacts).sort((one, other) => Number(other.role === 'KEY_CONTACT') - Number(one.role === 'KEY_CONTACT'))[0];
