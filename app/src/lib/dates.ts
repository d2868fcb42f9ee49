// Days as the graph writes them (2026-11-22), and as people read them.

const LONG = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
const SHORT = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' });
const LOCAL = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', year: 'numeric', month: '2-digit', day: '2-digit' });
const DAY = 86_400_000;

/** Today in England. */
export const today = (): string => LOCAL.format(new Date());
/** A day, some days later. */
export const addDays = (day: string, days: number): string => iso(Date.parse(day) + days * DAY);
/** Days from one day to another; below zero where the second comes first. */
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY);
/** 22 November 2026 */
export const long = (day: string): string => LONG.format(new Date(day));
/** 22 Nov 2026 */
export const short = (day: string): string => SHORT.format(new Date(day));
/** 22 November 2026 at 10:15 */
export const moment = (instant: string): string => MOMENT.format(new Date(instant));

/** The first day of the school year that a day lies in. */
export const schoolYear = (day: string): string => `${Number(day.slice(0, 4)) - (day.slice(5) < '09-01' ? 1 : 0)}-09-01`;

/** The last day of a period of whole months that begins on a day. */
export function monthsFrom(day: string, months: number): string {
	const date = new Date(day);
	const wanted = date.getUTCMonth() + months;
	date.setUTCMonth(wanted);
	// 31 August and six months is no 3 March: stay within the month.
	if (date.getUTCMonth() !== ((wanted % 12) + 12) % 12) date.setUTCDate(0);
	return addDays(iso(date.getTime()), -1);
}

/** The day that an address names, if it names one. */
export const dayIn = (text: string | null): string | null =>
	text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;

/** "in 3 days", "today", "12 days ago" */
export function distance(day: string, from = today()): string {
	const days = daysBetween(from, day);
	if (days === 0) return 'today';
	const count = Math.abs(days) === 1 ? '1 day' : `${Math.abs(days)} days`;
	return days > 0 ? `in ${count}` : `${count} ago`;
}

const iso = (time: number) => new Date(time).toISOString().slice(0, 10);
