// A document of several photographed pages: a PDF that holds each page's JPEG as it is. A PDF library would weigh more than
// all field screens together.

export interface PdfPage {
	jpeg: Uint8Array<ArrayBuffer>;
	/** Pixels. */
	width: number;
	height: number;
}

/** Points of an A4 page's longer edge. */
const LONG_EDGE = 842;

/** The pages as one PDF. */
export function pdfOf(pages: PdfPage[]): Uint8Array<ArrayBuffer> {
	const encode = new TextEncoder();
	const parts: Uint8Array<ArrayBuffer>[] = [];
	const offsets: number[] = [];
	let length = 0;
	const write = (part: string | Uint8Array<ArrayBuffer>) => {
		const bytes = typeof part === 'string' ? encode.encode(part) : part;
		parts.push(bytes);
		length += bytes.length;
	};
	const object = (dictionary: string, stream?: Uint8Array<ArrayBuffer>) => {
		offsets.push(length);
		write(`${offsets.length} 0 obj\n${dictionary}\n`);
		if (stream) [`stream\n`, stream, `\nendstream\n`].forEach(write);
		write('endobj\n');
	};

	write('%PDF-1.4\n%\u00e2\u00e3\n');
	object('<< /Type /Catalog /Pages 2 0 R >>');
	object(`<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${3 + 3 * index} 0 R`).join(' ')}] >>`);
	for (const [index, { jpeg, width, height }] of pages.entries()) {
		const scale = LONG_EDGE / Math.max(width, height);
		const size = `${(width * scale).toFixed(2)} ${(height * scale).toFixed(2)}`;
		const first = 3 + 3 * index;
		const draw = encode.encode(`${size.replace(' ', ' 0 0 ')} 0 0 cm /P Do`);
		object(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${size}] /Contents ${first + 1} 0 R /Resources << /XObject << /P ${first + 2} 0 R >> >> >>`);
		object(`<< /Length ${draw.length} >>`, draw);
		object(
			`<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length ${jpeg.length} >>`,
			jpeg,
		);
	}
	const start = length;
	const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
	write(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${offsets.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`);

	const whole = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
