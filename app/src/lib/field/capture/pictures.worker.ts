// Decodes, turns upright, crops, covers and sizes pictures, one after another and away from the screen. What comes out holds
// the pixels and nothing else: no place, no camera, no time.
import { paint, type Edits } from './edits.ts';
import { pdfOf, type PdfPage } from './pdf.ts';
import type { Asked, Told } from './pictures.ts';

const scope = self as unknown as { postMessage(told: Told, transfer?: Transferable[]): void; onmessage: ((event: MessageEvent<Asked>) => void) | null };

async function decode(source: Blob): Promise<ImageBitmap> {
	try {
		return await createImageBitmap(source, { imageOrientation: 'from-image' });
	} catch {
		throw new Error(
			/hei[cf]/i.test(source.type)
				? 'This browser cannot open iPhone HEIC pictures. In Settings, Camera, Formats choose “Most Compatible”.'
				: 'This file is no picture that can be opened. Choose a JPEG, a PNG or a PDF.',
		);
	}
}

/** A picture with everything done to it. */
async function render(source: Blob, { crop, covers }: Edits, edge: number, quality: number) {
	const bitmap = await decode(source);
	try {
		const { width, height } = bitmap;
		const kept = { width: width * (1 - crop.left - crop.right), height: height * (1 - crop.top - crop.bottom) };
		const scale = Math.min(1, edge / Math.max(kept.width, kept.height));
		const canvas = new OffscreenCanvas(Math.max(1, Math.round(kept.width * scale)), Math.max(1, Math.round(kept.height * scale)));
		const context = canvas.getContext('2d', { alpha: false });
		if (!context) throw new Error('There is not enough memory for this picture. Close other apps and try again.');
		context.fillStyle = '#fff';
		context.fillRect(0, 0, canvas.width, canvas.height);
		context.imageSmoothingQuality = 'high';
		context.translate(-crop.left * width * scale, -crop.top * height * scale);
		context.drawImage(bitmap, 0, 0, width * scale, height * scale);
		paint(context, covers, width * scale, height * scale);
		const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality });
		return { blob, width: canvas.width, height: canvas.height };
	} finally {
		bitmap.close();
	}
}

/** A frame of the camera, as a file. */
async function still(frame: ImageBitmap): Promise<Blob> {
	const canvas = new OffscreenCanvas(frame.width, frame.height);
	canvas.getContext('2d', { alpha: false })?.drawImage(frame, 0, 0);
	frame.close();
	return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
}

async function pagesOf({ pages, edge, quality, id }: Extract<Asked, { task: 'document' }>): Promise<Blob> {
	const drawn: PdfPage[] = [];
	for (const { source, edits } of pages) {
		const { blob, width, height } = await render(source, edits, edge, quality);
		drawn.push({ jpeg: new Uint8Array(await blob.arrayBuffer()), width, height });
		scope.postMessage({ id, done: drawn.length / pages.length });
	}
	return new Blob([pdfOf(drawn)], { type: 'application/pdf' });
}

async function answer(asked: Asked): Promise<Blob> {
	switch (asked.task) {
		case 'still':
			return still(asked.frame);
		case 'document':
			return pagesOf(asked);
		case 'picture':
			return (await render(asked.source, asked.edits, asked.edge, asked.quality)).blob;
	}
}

let last = Promise.resolve();
scope.onmessage = ({ data }) => {
	last = last.then(async () => {
		try {
			scope.postMessage({ id: data.id, blob: await answer(data) });
		} catch (error) {
			scope.postMessage({ id: data.id, fault: error instanceof Error ? error.message : String(error) });
		}
	});
};
