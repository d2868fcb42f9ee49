// Behind this point somebody is signed in.
import { redirect } from '@sveltejs/kit';
import { Failure } from '#lib/graph/client.ts';
import { readViewer, type Viewer } from '#lib/viewer.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ url }): Promise<{ viewer: Viewer }> => {
	const viewer = await readViewer().catch((error: unknown) => {
		if (error instanceof Failure && error.kind === 'signed-out') return null;
		throw error;
	});
	if (!viewer) redirect(307, `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`);
	return { viewer };
};
