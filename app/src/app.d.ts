import type { FailureKind } from '#lib/graph/client.ts';

declare global {
	namespace App {
		/** What the error screen knows. */
		interface Error {
			message: string;
			kind?: FailureKind;
			requestId?: string;
		}
	}
}
