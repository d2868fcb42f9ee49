// What the error screen is told. Surprises stay in the console; a person gets plain words.
import type { HandleClientError } from '@sveltejs/kit/hooks';
import { Failure } from '#lib/graph/client.ts';

export const handleError: HandleClientError = ({ kind, error }) => {
	if (error instanceof Failure) return { message: error.message, kind: error.kind, requestId: error.requestId };
	if (kind === 'framework' && error.status === 404) return { kind: 'not-found' };
	// A part of the app that is not on this device yet, and no line to fetch it.
	if (error instanceof TypeError && /import|fetch/i.test(error.message)) return { kind: 'offline' };
	console.error(error);
	return { kind: 'broken' };
};
