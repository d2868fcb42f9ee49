import { ask, found } from '#lib/graph/client.ts';
import { ReadDocument } from '#lib/documents/document.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ params }) => {
	const { node } = await ask(ReadDocument, { id: params.document });
	return { document: found(node?.__typename === 'ProviderDocument' ? node : null) };
};
