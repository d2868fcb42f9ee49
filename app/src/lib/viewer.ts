// Who is signed in, and which part of the app is theirs.
import { ask, OURS, rows, send } from './graph/client.ts';
import { graphql, type ResultOf } from './graph/graphql.ts';
import { today } from './dates.ts';

const Viewer = graphql(`
	query Viewer {
		viewer {
			id
			name
			email
			memberships(first: 100) {
				edges { node { role startsOn endsOn provider { id name } partnership { id name } authority { id name } } }
			}
		}
	}
`);

type Account = NonNullable<ResultOf<typeof Viewer>['viewer']>;
export type Membership = Account['memberships']['edges'][number]['node'];

/** Who is signed in, with the roles that hold today. */
export interface Viewer {
	id: string;
	name: string;
	memberships: Membership[];
}

/** A part of the app. */
export interface Part {
	path: '/provider' | '/dashboard' | '/field' | '/analyst';
	name: string;
	pages: { path: string; name: string }[];
}

const PROVIDER: Part = {
	path: '/provider',
	name: 'Provider portal',
	pages: [
		{ path: '/provider', name: 'What is due' },
		{ path: '/provider/documents', name: 'Documents' },
		{ path: '/provider/visits', name: 'Visits and reports' },
		{ path: '/provider/actions', name: 'Actions' },
		{ path: '/provider/pupils', name: 'Pupils' },
		{ path: '/provider/people', name: 'People and sites' },
	],
};
const DASHBOARD: Part = {
	path: '/dashboard',
	name: 'Dashboard',
	pages: [
		{ path: '/dashboard', name: 'Overview' },
		{ path: '/dashboard/providers', name: 'Providers' },
		{ path: '/dashboard/expiring', name: 'Expiring' },
		{ path: '/dashboard/visits', name: 'Visits' },
		{ path: '/dashboard/actions', name: 'Actions' },
		{ path: '/dashboard/chases', name: 'Chases' },
		{ path: '/dashboard/placements', name: 'Placements' },
		{ path: '/dashboard/partnerships', name: 'Partnerships' },
	],
};
/** What there is of the dashboard for who may only count. */
const FIGURES: Part = { path: '/dashboard', name: 'Dashboard', pages: [{ path: '/dashboard', name: 'Overview' }] };
const FIELD: Part = { path: '/field', name: 'Field visits', pages: [{ path: '/field', name: 'Visits' }] };
const ANALYST: Part = {
	path: '/analyst',
	name: 'Analyst’s bench',
	pages: [
		{ path: '/analyst', name: 'Worked examples' },
		{ path: '/analyst/query', name: 'Ask a question' },
		{ path: '/analyst/figures', name: 'Count and compare' },
	],
};

const PARTS: Record<Membership['role'], Part[]> = {
	PROVIDER: [PROVIDER],
	COORDINATOR: [DASHBOARD, FIELD, ANALYST],
	OFFICER: [DASHBOARD, FIELD, ANALYST],
	VISITOR: [FIELD],
	ANALYST: [ANALYST, FIGURES],
};

/** The parts of the app that a viewer's roles open, the first of them first. */
export function partsOf(viewer: Viewer): Part[] {
	const parts = [...new Set(viewer.memberships.flatMap(({ role }) => PARTS[role]))];
	return looksAfterProviders(viewer) ? parts.filter((part) => part !== FIGURES) : parts;
}

/** Whether a viewer looks after many providers, and sees the placements there. */
export const looksAfterProviders = ({ memberships }: Viewer): boolean => memberships.some(({ role }) => role === 'COORDINATOR' || role === 'OFFICER');

/** Whether a viewer may count what is about children. */
export const mayCount = ({ memberships }: Viewer): boolean => memberships.some(({ role }) => role === 'ANALYST');

/** Whether a viewer sees the placements of a partnership's schools: officers see all, coordinators those of their own. */
export const seesPlacementsOf = ({ memberships }: Viewer, partnershipId: string | null): boolean =>
	memberships.some(({ role, partnership }) => role === 'OFFICER' || (role === 'COORDINATOR' && partnership !== null && partnership.id === partnershipId));

/** Reads who is signed in. */
export async function readViewer(): Promise<Viewer | null> {
	const { viewer } = await ask(Viewer);
	if (!viewer) return null;
	const day = today();
	const holds = ({ startsOn, endsOn }: Membership) => startsOn <= day && (endsOn === null || endsOn > day);
	return { id: viewer.id, name: viewer.name, memberships: rows(viewer.memberships).filter(holds) };
}

/** What a sign-in has led to. */
export type SignIn =
	| { step: 'in'; recoveryCodes: string[] }
	/** A code is asked for; `enrolment` is there where no app has been set up yet. */
	| { step: 'code'; pending: string; enrolment: { secret: string; uri: string } | null }
	| { step: 'refused'; message: string };

interface SessionAnswer {
	signedIn?: boolean;
	secondFactor?: { pending: string; enrolment: { secret: string; uri: string } | null };
	recoveryCodes?: string[];
	message?: string;
}

async function sign(path: string, form: object): Promise<SignIn> {
	const headers = { ...OURS, 'content-type': 'application/json' };
	const response = await send(path, { method: 'POST', headers, body: JSON.stringify(form) });
	const { signedIn, secondFactor, recoveryCodes = [], message } = (await response.json().catch(() => ({}))) as SessionAnswer;
	if (secondFactor) return { step: 'code', ...secondFactor };
	if (response.ok && signedIn) return { step: 'in', recoveryCodes };
	return { step: 'refused', message: message ?? 'The server does not answer as it should. Try again in a minute.' };
}

/** Begins a sign-in by the password; who sees pupils is asked for a code as well. */
export const signIn = (email: string, password: string) => sign('/session', { email, password });

/** Ends a sign-in by a code of the authenticator app, or by a recovery code. */
export const confirmCode = (pending: string, code: string) => sign('/session/second-factor', { pending, code });

/** Signs out. */
export const signOut = () => send('/session', { method: 'DELETE', headers: OURS });
