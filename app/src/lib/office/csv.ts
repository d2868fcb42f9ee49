// Rows as a file that Excel opens as it is.
import type { Column } from '#lib/components/Table.svelte';

/** A value as a cell: quoted where it must be, and never a formula. */
function cell(value: string | number | null | undefined): string {
	if (typeof value === 'number') return String(value);
	const text = /^[=+\-@\t\r]/.test(value ?? '') ? `'${value}` : (value ?? '');
	return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The text of a CSV file, with the mark by which Excel knows its letters. */
export const toCsv = <Row>(columns: Column<Row>[], rows: readonly Row[]): string =>
	'\uFEFF' + [columns.map(({ name }) => cell(name)), ...rows.map((row) => columns.map(({ value }) => cell(value(row))))].map((line) => line.join(',')).join('\r\n') + '\r\n';

/** Hands a file to the person. */
export function download(name: string, text: string) {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
	link.download = name;
	link.click();
	URL.revokeObjectURL(link.href);
}
