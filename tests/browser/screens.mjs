// Every screen that needs a session, by who sees it: the accessibility tests and the pictures in docs/ walk the same list.
// The field screens stand on a core of their own, and have tests of their own.

/** A path with what the graph says about the viewer's own rows. */
const first = (query, pick) => ({ query, pick });

/** The screens of each role; one that looks like another is not drawn. */
export const SCREENS = {
	nobody: [{ name: 'sign-in', path: '/sign-in' }],
	provider: [
		{ name: 'due', path: '/provider' },
		{ name: 'documents', path: '/provider/documents' },
		{ name: 'send', path: '/provider/documents/send' },
		{ name: 'document', ...first('{ documents(first: 1, where: { state: { eq: REFUSED } }) { edges { node { id } } } }', ({ documents }) => `/provider/documents/${documents.edges[0].node.id}`) },
		{ name: 'visits', path: '/provider/visits' },
		{
			name: 'report',
			...first('{ visits(first: 1, where: { reportState: { in: [WITH_PROVIDER, AMENDMENTS_SUGGESTED] } }) { edges { node { id } } } }', ({ visits }) => `/provider/visits/${visits.edges[0].node.id}`),
		},
		{ name: 'actions', path: '/provider/actions', pictured: false },
		{ name: 'action', ...first('{ improvementActions(first: 1) { edges { node { id } } } }', ({ improvementActions }) => `/provider/actions/${improvementActions.edges[0].node.id}`) },
		{ name: 'pupils', path: '/provider/pupils' },
		{ name: 'people', path: '/provider/people' },
		{ name: 'not-found', path: '/provider/visits/visit:0191ea65-6800-7215-b679-b56c683d1598' },
	],
	coordinator: [
		{ name: 'overview', path: '/dashboard' },
		{ name: 'overview-then', path: '/dashboard?asAt=2026-06-30' },
		{ name: 'providers', path: '/dashboard/providers?order=no&reason=document' },
		{ name: 'provider', ...first('{ providers(first: 1, where: { name: { contains: "Crafts and Boats" } }) { edges { node { id } } } }', ({ providers }) => `/dashboard/providers/${providers.edges[0].node.id}`) },
		{ name: 'expiring', path: '/dashboard/expiring?within=30' },
		{ name: 'overdue', path: '/dashboard/visits', pictured: false },
		{ name: 'scrutiny', path: '/dashboard/visits?show=scrutiny', pictured: false },
		{ name: 'completed', path: '/dashboard/visits?show=completed', pictured: false },
		{ name: 'plan', ...first('{ providers(first: 1) { edges { node { id } } } }', ({ providers }) => `/dashboard/visits/new?provider=${providers.edges[0].node.id}`) },
		{ name: 'findings', path: '/dashboard/findings?since=2026-01-01', pictured: false },
		{ name: 'actions', path: '/dashboard/actions' },
		{ name: 'action', ...first('{ improvementActions(first: 1, where: { state: { eq: REPORTED_DONE } }) { edges { node { id } } } }', ({ improvementActions }) => `/dashboard/actions/${improvementActions.edges[0].node.id}`), pictured: false },
		{ name: 'chases', path: '/dashboard/chases?show=open' },
		{ name: 'chase', ...first('{ chases(first: 1, where: { state: { eq: OPEN } }) { edges { node { id } } } }', ({ chases }) => `/dashboard/chases/${chases.edges[0].node.id}`), pictured: false },
		{ name: 'placements', path: '/dashboard/placements?by=need&measure=cost' },
		{ name: 'placements-none', path: '/dashboard/placements?year=99' },
		{ name: 'changes', path: '/dashboard/changes?since=2026-01-01&show=standing' },
		{ name: 'changes-none', path: '/dashboard/changes?since=2099-01-01', pictured: false },
		{ name: 'partnerships', path: '/dashboard/partnerships' },
		{ name: 'examples', path: '/analyst' },
		{ name: 'question', path: '/analyst/query' },
		{ name: 'figures', path: '/analyst/figures?of=placements&by=PROVIDER_KIND&measure=sum.weeklyMinutes' },
		{ name: 'kept', ...first('{ savedQueries(first: 1) { edges { node { id } } } }', ({ savedQueries }) => `/analyst/query?kept=${savedQueries.edges[0].node.id}`), pictured: false },
	],
	officer: [{ name: 'partnerships', path: '/dashboard/partnerships?measure=share' }],
	analyst: [
		{ name: 'overview', path: '/dashboard', pictured: false },
		{ name: 'examples', path: '/analyst', pictured: false },
		{ name: 'figures', path: '/analyst/figures?of=pupils&by=YEAR_GROUP' },
	],
};

/** The address of a screen, for whoever is signed in on a page. */
export async function pathOf(screen, ask) {
	if (screen.path) return screen.path;
	const { data } = await ask(screen.query);
	return screen.pick(data);
}
