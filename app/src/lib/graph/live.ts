// Hearing that something was written, while it happens: GraphQL over Server-Sent Events. Loaded when a screen listens.
import { createClient } from 'graphql-sse';
import { OURS } from './client.ts';
import { graphql, textOf } from './graphql.ts';

const Written = graphql(`
	subscription Written($of: [String!]) {
		changes(of: $of) { changes { nodeId } }
	}
`);

/** What is done with what is heard. */
export interface Ear {
	/** The listening has begun, or rows of these types were written. */
	heard: () => void;
	/** Nothing else will be heard: the line broke, or the server ended it. */
	lost: () => void;
}

/** Listens for rows of some types until it is stopped, by the function that it gives, or lost. It does not try again by itself. */
export function listen(of: readonly string[], { heard, lost }: Ear): () => void {
	const client = createClient({ url: '/graphql', headers: OURS, retryAttempts: 0 });
	let isOver = false;
	const end = () => {
		if (!isOver) lost();
		isOver = true;
	};
	const stop = client.subscribe(
		{ query: textOf(Written), variables: { of } },
		{
			next({ errors }) {
				if (errors) end();
				else if (!isOver) heard();
			},
			error: end,
			complete: end,
		},
	);
	return () => {
		isOver = true;
		stop();
	};
}
