import { ask, found } from '#lib/graph/client.ts';
import { graphql } from '#lib/graph/graphql.ts';
import { addDays, today } from '#lib/dates.ts';
import { readTeam } from '#lib/office/chases/chase.ts';
import type { PageLoad } from './$types';

const Chased = graphql(`query Chased($id: ID!) { node(id: $id) { __typename ... on Provider { id name } } }`);

/** What of a provider a chase may be about, by the parameter of the address that names it. */
const SUBJECTS = { document_type: 'documentTypeId', visit: 'visitId', action: 'improvementActionId' } as const;

export const load: PageLoad = async ({ parent, url }) => {
	const { viewer } = await parent();
	const day = today();
	const [{ node }, team] = await Promise.all([ask(Chased, { id: url.searchParams.get('provider') ?? '' }), readTeam(day)]);
	const provider = found(node?.__typename === 'Provider' ? node : null);
	const subject = Object.fromEntries(Object.entries(SUBJECTS).flatMap(([name, field]) => (url.searchParams.get(name) ? [[field, url.searchParams.get(name)]] : []))) as Partial<
		Record<(typeof SUBJECTS)[keyof typeof SUBJECTS], string>
	>;
	return { provider, subject, team, what: url.searchParams.get('what') ?? '', viewerId: viewer.id, inAWeek: addDays(day, 7) };
};
