// What is done to a picture before it is evidence. Everything is a fraction of the upright picture, so that what was drawn on
// a small preview holds for the full size.

/** How much is cut off at each edge. */
export interface Crop {
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/** A stroke that hides what is beneath it; one point is a dot. */
export interface Cover {
	points: [x: number, y: number][];
	/** Of the picture's longer edge. */
	width: number;
}

export interface Edits {
	crop: Crop;
	covers: Cover[];
}

export const NO_EDITS: Edits = { crop: { left: 0, top: 0, right: 0, bottom: 0 }, covers: [] };

/** How large a picture becomes, by choice: the longest edge in pixels, and the JPEG quality. */
export const SIZES = {
	full: { edge: Number.POSITIVE_INFINITY, quality: 0.9, words: 'Full size' },
	middle: { edge: 2048, quality: 0.82, words: '2048 pixels' },
	low: { edge: 1280, quality: 0.7, words: 'Low data' },
} as const;
export type Size = keyof typeof SIZES;

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Hides what is covered, on a picture of this size. */
export function paint(context: Context, covers: Cover[], width: number, height: number) {
	context.fillStyle = context.strokeStyle = '#000';
	context.lineCap = context.lineJoin = 'round';
	for (const { points, width: share } of covers) {
		const stroke = share * Math.max(width, height);
		const [first, ...rest] = points;
		if (!first) continue;
		context.lineWidth = stroke;
		// A line that goes nowhere draws nothing: the dot is drawn for itself.
		context.beginPath();
		context.arc(first[0] * width, first[1] * height, stroke / 2, 0, 2 * Math.PI);
		context.fill();
		context.beginPath();
		context.moveTo(first[0] * width, first[1] * height);
		for (const [x, y] of rest) context.lineTo(x * width, y * height);
		context.stroke();
	}
}
