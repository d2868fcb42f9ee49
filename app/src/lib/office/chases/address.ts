// Where something that is due can be given to somebody to go after.
import type { Point } from '#lib/standing/standing.ts';

/** What of a provider a point is about, as the address of a new chase names it. */
function subjectOf({ id, topic, subject }: Point): Record<string, string> {
	if (topic === 'document') return { document_type: id.replace(/^document:/, '') };
	if (topic === 'action') return { action: subject };
	// A visit that is only due has no record of its own yet.
	if ((topic === 'visit' || topic === 'report') && subject.startsWith('visit:')) return { visit: subject };
	return {};
}

/** The address at which somebody is sent after a point. */
export const chaseOf = (point: Point, providerId: string): string => `/dashboard/chases/new?${new URLSearchParams({ provider: providerId, ...subjectOf(point), what: point.what })}`;
