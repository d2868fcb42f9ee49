// sharp, in a process of its own: node sharp.mjs LANES SECONDS PHOTO... prints what it did as JSON. Turned upright, 1600 pixels wide, and
// from that 320; one thread a lane, as many lanes as are asked for.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { cpu, peak } from './measure.mjs';

const [lanes, seconds, ...photos] = process.argv.slice(2);
sharp.cache(false);
sharp.concurrency(1);
const files = photos.map((path) => readFileSync(path));

async function pictures(file) {
  const { data, info } = await sharp(file).autoOrient().resize({ width: 1600 }).raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const jpeg = (picture) => picture.jpeg({ quality: 80 }).toBuffer({ resolveWithObject: true });
  return [await jpeg(sharp(data, { raw })), await jpeg(sharp(data, { raw }).resize({ width: 320 }))];
}

const widths = (await pictures(files[0])).map(({ info }) => info.width);
const [began, before] = [performance.now(), cpu(process.pid)];
let done = 0;
const lane = async () => {
  while (performance.now() - began < Number(seconds) * 1000) {
    done += 1;
    await pictures(files[done % files.length]);
  }
};
await Promise.all(Array.from({ length: Number(lanes) }, lane));
const perSecond = done / ((performance.now() - began) / 1000);
console.log(JSON.stringify({ widths, perSecond, cpu: (cpu(process.pid) - before) / done, memory: peak(process.pid) / Number(lanes) }));
