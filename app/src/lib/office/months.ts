// What runs out in each of the coming twelve months, counted by the server in one question.
import { ask } from '#lib/graph/client.ts';
import { graphql, type VariablesOf } from '#lib/graph/graphql.ts';

export const ExpiringByMonth = graphql(`
	query ExpiringByMonth(
		$d0: Date!, $d1: Date!, $d2: Date!, $d3: Date!, $d4: Date!, $d5: Date!, $d6: Date!, $d7: Date!, $d8: Date!, $d9: Date!, $d10: Date!, $d11: Date!, $d12: Date!
	) {
		m0: documents(where: { state: { eq: ACCEPTED }, expiresOn: { gte: $d0, lt: $d1 } }) { totalCount }
		m1: documents(where: { state: { eq: ACCEPTED }, expiresOn: { gte: $d1, lt: $d2 } }) { totalCount }
		m2: documents(where: { state: { eq: ACCEPTED }, expiresOn: { gte: $d2, lt: $d3 } }) { totalCount }
		m3: documents(where: { state: { eq: ACCEPTED }, expiresOn: { gte: $d3, lt: $d4 } }) { totalCount }
		m4: documents(where: { state: { eq: ACCEPTED }, expiresOn: { gte: $d4, lt: $d5 } }) { totalCount }
		m5: documents(where: { state: { eq: ACCEPTED }, expiresOn: { gte: $d5, lt: $d6 } }) { totalCount }
		m6: documents(where: { state: { eq: ACCEPTED }, expiresOn: { gte: $d6, lt: $d7 } }) { totalCount }
		m7: documents(where: { state: { eq: ACCEPTED }, expiresOn: { gte: $d7, lt: $d8 } }) { totalCount }
		m8: documents(where: { state: { eq: ACCEPTED }, expiresOn: { gte: $d8, lt: $d9 } }) { totalCount }
		m9: documents(where: { state: { eq: ACCEPTED }, expiresOn: { gte: $d9, lt: $d10 } }) { totalCount }
		m10: documents(where: { state: { eq: ACCEPTED }, expiresOn: { gte: $d10, lt: $d11 } }) { totalCount }
		m11: documents(where: { state: { eq: ACCEPTED }, expiresOn: { gte: $d11, lt: $d12 } }) { totalCount }
	}
`);

/** A month, and how many accepted documents run out in it. */
export interface Month {
	/** Its first day. For the month that runs it is today: what has run out already is no longer to come. */
	from: string;
	name: string;
	documents: number;
}

const NAME = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** The first days of the months that follow a day, after the day itself: thirteen in all. */
function bounds(day: string): string[] {
	const date = new Date(`${day.slice(0, 7)}-01`);
	const firsts = Array.from({ length: 12 }, () => {
		date.setUTCMonth(date.getUTCMonth() + 1);
		return date.toISOString().slice(0, 10);
	});
	return [day, ...firsts];
}

/** How many documents run out in this month, from a day on, and in each of the eleven that follow. */
export async function readMonths(day: string) {
	const days = bounds(day);
	const variables = Object.fromEntries(days.map((day, index) => [`d${index}`, day])) as VariablesOf<typeof ExpiringByMonth>;
	const counts = await ask(ExpiringByMonth, variables);
	const months = days.slice(0, 12).map((from, index): Month => {
		const { totalCount } = counts[`m${index}` as keyof typeof counts];
		return { from, name: NAME.format(new Date(from)), documents: totalCount };
	});
	return { months, variables };
}
