// A question that analysts ask.
import type { Document } from '#lib/graph/graphql.ts';

/** A question in words, and in the graph's. It runs as it stands, and has one list, so that it can be had as data too. */
export interface Example {
	question: string;
	document: Document<never, never> | object;
	/** What it is asked with on a day. */
	variables?: (day: string) => object;
	/** Whether it reads pupils and their placements, which analysts may count and not see. */
	ofPupils?: boolean;
}

/** Questions about one thing. */
export interface Chapter {
	title: string;
	examples: Example[];
}
