// Photographs of twelve million pixels made into the two pictures that are served: by `waymark render`, the process that the server starts
// for each, and by sharp in one process. node photos.mjs WAYMARK FOLDER, where the folder holds photographs as they were drawn.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { ROUNDS, cpu, digits, held, medians, ofLiving, table } from './measure.mjs';

const [program, drawn] = process.argv.slice(2);
const SECONDS = 5;
/** How often a child is asked for the most memory that it held: it cannot be asked any more once it has ended. */
const LOOK_MS = 5;

/** As phones send them: half the colours, lying on their side with a note that says so. */
async function asPhonesDo() {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-photos-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const photos = [];
  for (const name of readdirSync(drawn)) {
    const path = join(folder, name);
    writeFileSync(path, await sharp(join(drawn, name)).withMetadata({ orientation: 6 }).jpeg({ quality: 90 }).toBuffer());
    photos.push(path);
  }
  return photos;
}

/** What `waymark render` makes of a file: how wide its pictures are, and the most memory that it held. */
function render(bytes) {
  return new Promise((resolve, reject) => {
    // The environment of the server's own children.
    const child = spawn(program, ['render'], { env: { MIMALLOC_DISALLOW_ARENA_ALLOC: '1' }, stdio: ['pipe', 'pipe', 'ignore'] });
    const out = [];
    let memory = 0;
    const look = setInterval(() => (memory = Math.max(memory, ...ofLiving([child.pid], held))), LOOK_MS);
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(look);
      if (code !== 0) reject(new Error(`render ended with ${code}`));
      else resolve({ widths: widths(Buffer.concat(out)), memory });
    });
    child.stdin.end(bytes);
  });
}

/** Each picture comes behind a line of JSON that says how long it is. */
function widths(out) {
  const found = [];
  for (let at = 0; at < out.length; ) {
    const end = out.indexOf('\n', at);
    const { width, size } = JSON.parse(out.toString('utf8', at, end));
    found.push(width);
    at = end + 1 + size;
  }
  return found.sort();
}

/** Processor time of the children, those that have ended included. */
function spent() {
  const { user, system } = process.cpuUsage();
  return cpu(process.pid) - (user + system) / 1000;
}

async function waymark(photos, lanes) {
  const files = photos.map((path) => readFileSync(path));
  const known = await render(files[0]);
  const [began, before] = [performance.now(), spent()];
  let [done, memory] = [0, 0];
  const lane = async () => {
    while (performance.now() - began < SECONDS * 1000) {
      done += 1;
      const { memory: one } = await render(files[done % files.length]);
      memory = Math.max(memory, one);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const perSecond = done / ((performance.now() - began) / 1000);
  return { widths: known.widths, perSecond, cpu: (spent() - before) / done, memory };
}

function rival(photos, lanes) {
  const told = JSON.parse(execFileSync(process.execPath, ['sharp.mjs', String(lanes), String(SECONDS), ...photos], { encoding: 'utf8' }));
  return { ...told, widths: told.widths.sort() };
}

const photos = await asPhonesDo();
const sides = { Waymark: waymark, sharp: rival };
const results = [];
for (const lanes of [1, 2]) {
  const rounds = { Waymark: [], sharp: [] };
  for (let number = 0; number < ROUNDS; number += 1) {
    for (const [name, side] of Object.entries(sides)) rounds[name].push(await side(photos, lanes));
    assert.deepEqual(rounds.Waymark[0].widths, rounds.sharp[0].widths, 'the sides make other pictures');
  }
  const figures = Object.entries(rounds).map(([name, all]) => ({ name, ...medians(all.map(({ widths, ...figures }) => figures)) }));
  results.push(...figures.map((one) => ({ asked: `${lanes} at a time`, ...one, ratio: one.cpu / figures[0].cpu })));
}
console.log(`\n${ROUNDS} rounds of ${SECONDS} s, ${photos.length} photographs\n`);
table(
  [
    ['photographs', ({ asked }) => asked],
    ['side', ({ name }) => name],
    ['a second', ({ perSecond }) => digits(perSecond)],
    ['CPU ms each', ({ cpu }) => digits(cpu)],
    ['memory MB, for one at a time', ({ memory }) => memory.toFixed(0)],
    ['CPU of the first, times', ({ ratio }) => `${ratio.toFixed(2)}×`],
  ],
  results,
);
