// Where a commissioner finds the evidence for what is due: one click from wherever it is named.
import type { Point } from '#lib/standing/standing.ts';

/** The address of what a provider's point is about. */
export function evidenceOf({ topic, subject }: Point, providerId: string): string {
	const provider = `/dashboard/providers/${providerId}`;
	switch (topic) {
		case 'document':
			return subject.startsWith('document:') ? `${provider}/documents/${subject}` : `${provider}#documents`;
		case 'report':
			return `/dashboard/visits/${subject}`;
		case 'action':
			return `/dashboard/actions/${subject}`;
		case 'visit':
			return `${provider}#visits`;
		case 'approval':
			return `${provider}#approved-list`;
	}
}
