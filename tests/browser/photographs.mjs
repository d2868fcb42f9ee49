// Photographs as a four-year-old phone takes them: 12 megapixels, lying on their side, a few megabytes each.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Exif with one entry: orientation 6, a quarter turn to the right. */
const EXIF = Buffer.from(['457869660000', '4d4d002a00000008', '0001', '0112000300000001', '00060000', '00000000'].join(''), 'hex');

/** Writes so many, no two of them alike, and gives their paths. What removes them is the second part. */
export async function photographs(page, count) {
	const folder = mkdtempSync(join(tmpdir(), 'waymark-photos-'));
	const paths = [];
	for (let number = 1; number <= count; number += 1) {
		paths.push(join(folder, `workshop-${number}.jpg`));
		writeFileSync(paths.at(-1), upright(Buffer.from(await page.evaluate(draw, number), 'base64')));
	}
	return [paths, () => rmSync(folder, { recursive: true, force: true })];
}

/** In the page: a wall with things on it, and the grain that a small lens gives to a picture taken indoors. */
async function draw(number) {
	const canvas = new OffscreenCanvas(4000, 3000);
	const context = canvas.getContext('2d');
	for (let step = 0; step < 80; step += 1) {
		context.fillStyle = `hsl(${(step * 47 + number * 13) % 360} 40% ${25 + (step % 6) * 10}%)`;
		context.fillRect((step * 977 + number * 61) % 4000, (step * 613) % 3000, 120 + (step % 9) * 90, 700);
	}
	const grain = new OffscreenCanvas(250, 250);
	const dots = new ImageData(250, 250);
	crypto.getRandomValues(new Uint8Array(dots.data.buffer, 0, 65_536));
	for (let at = 0; at < dots.data.length; at += 4) dots.data.set([dots.data[at % 65_536], dots.data[at % 65_536], dots.data[at % 65_536], 24], at);
	grain.getContext('2d').putImageData(dots, 0, 0);
	context.fillStyle = context.createPattern(grain, 'repeat');
	context.fillRect(0, 0, 4000, 3000);
	context.fillStyle = '#fff';
	context.font = '400px sans-serif';
	context.fillText(`Photograph ${number}`, 300, 1600);
	const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.88 })).arrayBuffer());
	let text = '';
	for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
	return btoa(text);
}

function upright(jpeg) {
	const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, EXIF.length + 2]), EXIF]);
	return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}
