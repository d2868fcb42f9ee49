// The dashboard of somebody who may count children and see none: what is about no child is counted as for everybody else; what is
// about children is what the server's engine tells (F52, N7), shown as it was told and never worked out here.
import { addDays } from '#lib/dates.ts';
import { ask } from '#lib/graph/client.ts';
import { graphql, type VariablesOf } from '#lib/graph/graphql.ts';
import { word } from '#lib/words.ts';
import { addressOf, asWritten } from './asking/question.ts';
import { counted, type Figure } from './figures.ts';

const Placed = graphql(`
	query ChildrenPlacedNow { placementsAggregate(where: { state: { eq: ACTIVE } }) { exact asAt rows { shown distinct { pupil } } } }
`);
const PlacedByKind = graphql(`
	query ChildrenPlacedNowByKindOfProvider {
		placementsAggregate(where: { state: { eq: ACTIVE } }, groupBy: [PROVIDER_KIND]) { exact asAt rows { key { value } shown distinct { pupil } } }
	}
`);
const PlacedByYear = graphql(`
	query ChildrenPlacedNowByYearGroup {
		placementsAggregate(where: { state: { eq: ACTIVE } }, groupBy: [PUPIL_YEAR_GROUP]) { exact asAt rows { key { value } shown distinct { pupil } } }
	}
`);
const AllPupils = graphql(`query ChildrenOfTheAuthority { pupilsAggregate { exact asAt rows { shown count } } }`);

const CountDocuments = graphql(`query HowManyDocuments($where: ProviderDocumentWhere) { documents(where: $where) { totalCount } }`);
const Documents = graphql(`
	query DocumentsBehindTheFigure($where: ProviderDocumentWhere) {
		documents(first: 100, where: $where, orderBy: [{ field: EXPIRES_ON }]) { totalCount edges { node { title state expiresOn provider { name kind } } } }
	}
`);
const CountProviders = graphql(`query HowManyProviders($where: ProviderWhere) { providers(where: $where) { totalCount } }`);
const Providers = graphql(`
	query ProvidersBehindTheFigure($where: ProviderWhere) {
		providers(first: 100, where: $where, orderBy: [{ field: NAME }]) { totalCount edges { node { name kind registered nextVisitDueOn } } }
	}
`);

/** A group of children, and how many are in it, as it was told. */
export interface ToldGroup {
	code: string;
	name: string;
	/** Nothing where there are too few to be told. */
	value: number | null;
	shown: string;
}

/** Children by something: its label, its groups, and the question. */
export interface ToldTable {
	label: string;
	by: string;
	groups: ToldGroup[];
	document: object;
}

/** Where the rows behind a figure are: this viewer reads them as data. */
const rowsAt = (document: object, variables: object) => addressOf({ query: asWritten(document), variables });

function documents(name: string, where: VariablesOf<typeof Documents>['where']) {
	return counted(name, rowsAt(Documents, { where }), CountDocuments, { where });
}

function providers(name: string, where: VariablesOf<typeof Providers>['where']) {
	return counted(name, rowsAt(Providers, { where }), CountProviders, { where });
}

/** Counts that this viewer may read exactly. */
async function readSeen(day: string) {
	const approved = (name: string, state: 'APPROVED' | 'CONDITIONAL' | 'NOT_APPROVED' | 'CLOSED') =>
		providers(name, { approvals: { some: { endsOn: { isNull: true }, state: { eq: state } } } });
	const expiring = (days: number) => documents(`Documents that run out in ${days} days`, { state: { eq: 'ACCEPTED' }, expiresOn: { gte: day, lte: addDays(day, days) } });
	const open = { none: { endsOn: { isNull: true }, state: { eq: 'CLOSED' as const } } };
	const [list, papers, visits] = await Promise.all([
		Promise.all([approved('Approved', 'APPROVED'), approved('Approved with conditions', 'CONDITIONAL'), approved('Not approved', 'NOT_APPROVED'), approved('Closed', 'CLOSED')]),
		Promise.all([expiring(30), expiring(60), expiring(90), documents('Documents waiting for review', { state: { eq: 'SUBMITTED' } })]),
		Promise.all([
			providers('Visits overdue', { nextVisitDueOn: { lt: day }, approvals: open }),
			providers('Visits due in 30 days', { nextVisitDueOn: { gte: day, lte: addDays(day, 30) }, approvals: open }),
		]),
	]);
	return [
		{ title: 'The approved list', figures: list },
		{ title: 'Documents', figures: papers },
		{ title: 'Visits', figures: visits },
	];
}

/** A group's parts as the aggregate answers them. */
interface Row {
	key: { value: string | null }[];
	shown: string;
	distinct: { pupil: number | null };
}

const grouped = (rows: Row[], name: (code: string) => string): ToldGroup[] =>
	rows.map(({ key, shown, distinct }) => {
		const code = key[0]?.value ?? '';
		return { code, name: code ? name(code) : 'Not recorded', value: distinct.pupil, shown };
	});

/** Counts of children, as the engine tells them to this viewer. */
async function readChildren() {
	const [all, placed, byKind, byYear] = await Promise.all([ask(AllPupils), ask(Placed), ask(PlacedByKind), ask(PlacedByYear)]);
	const figure = (name: string, row: { shown: string } | undefined, path: string, document: object): Figure => ({ name, value: row?.shown ?? '', path, document, variables: {} });
	const figures = [
		figure('Pupils of the authority', all.pupilsAggregate.rows[0], '/analyst/figures?of=pupils&by=YEAR_GROUP', AllPupils),
		figure('Pupils with a placement that runs', placed.placementsAggregate.rows[0], '/analyst/figures?of=placements&by=STATE&measure=distinct.pupil', Placed),
	];
	const tables: ToldTable[] = [
		{ label: 'Pupils placed now, by kind of provider', by: 'Kind of provider', groups: grouped(byKind.placementsAggregate.rows, (code) => word('kind', code as Parameters<typeof word<'kind'>>[1])), document: PlacedByKind },
		{ label: 'Pupils placed now, by year group', by: 'Year group', groups: grouped(byYear.placementsAggregate.rows, (code) => (code === '0' ? 'Reception' : `Year ${code}`)), document: PlacedByYear },
	];
	return { figures, tables, exact: placed.placementsAggregate.exact, asAt: placed.placementsAggregate.asAt };
}

/** The overview of somebody who may only count. */
export async function readTold(day: string) {
	const [groups, children] = await Promise.all([readSeen(day), readChildren()]);
	return { groups, children };
}
