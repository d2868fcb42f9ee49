// Waymark's uploads beside tus's own server, both by files on the same disk. Waymark hashes each file, and afterwards looks into it;
// the other does neither. What it costs is given until the last byte has its answer, and until all is looked into.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';
import { enter } from './account.mjs';
import { ROUNDS, cpu, digits, forgetPeak, freePort, medians, peak, quiet, table } from './measure.mjs';

const { ADDRESS, OFFICER, SERVER_PID } = process.env;
const FILES = 32;
const SIZE = 4 << 20;
const MEGABYTES = (FILES * SIZE) / 1_000_000;
const bytes = randomBytes(SIZE);
const TUS = { 'tus-resumable': '1.0.0' };

/** Starts the rival over a folder of its own, which goes with it. */
async function rival() {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-tus-'));
  const port = await freePort();
  const child = spawn(process.execPath, ['tus.mjs', folder, String(port)], { stdio: ['ignore', 'ignore', 'inherit'] });
  process.on('exit', () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  const address = `http://127.0.0.1:${port}/uploads`;
  for (let look = 0; look < 100; look += 1) {
    const answer = await fetch(address, { method: 'OPTIONS', headers: TUS }).catch(() => null);
    if (answer?.ok) return { name: '@tus/server', address, headers: {}, pid: child.pid };
    await sleep(100);
  }
  throw new Error('the rival does not answer');
}

/** Sends one file in chunks of this size, as tus 1.0 has it. */
async function send(client, path, headers, chunk) {
  const request = async (method, path, headers, body) => {
    const answer = await client.request({ method, path, headers, body });
    await answer.body.dump();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode}`);
    return answer.headers;
  };
  const created = await request('POST', path, { ...TUS, ...headers, 'upload-length': String(SIZE) });
  const upload = new URL(created.location, 'http://127.0.0.1').pathname;
  for (let offset = 0; offset < SIZE; offset += chunk) {
    const place = { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) };
    const answer = await request('PATCH', upload, { ...TUS, ...headers, ...place }, bytes.subarray(offset, offset + chunk));
    if (Number(answer['upload-offset']) !== offset + chunk) throw new Error(`${upload} stands at ${answer['upload-offset']}`);
  }
}

/** All files by so many lanes, each with a connection and one file after the other. */
async function round({ address, headers, pid }, chunk, lanes) {
  const { origin, pathname } = new URL(address);
  await quiet(pid);
  forgetPeak(pid);
  const [began, before] = [performance.now(), cpu(pid)];
  const lane = async () => {
    const client = new Client(origin);
    for (let file = 0; file < FILES / lanes; file += 1) await send(client, pathname, headers, chunk);
    await client.close();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const [seconds, sent] = [(performance.now() - began) / 1000, cpu(pid) - before];
  const memory = peak(pid);
  await quiet(pid);
  return { perSecond: MEGABYTES / seconds, sent: sent / MEGABYTES, settled: (cpu(pid) - before) / MEGABYTES, memory };
}

const headers = await enter(`${ADDRESS}/graphql`, 'officer@testshire.example', OFFICER);
const sides = [{ name: 'Waymark', address: `${ADDRESS}/uploads`, headers, pid: Number(SERVER_PID) }, await rival()];
const results = [];
for (const chunk of [256, 1024]) {
  for (const lanes of [1, 8]) {
    const rounds = sides.map(() => []);
    for (let number = 0; number < ROUNDS; number += 1) {
      for (const [place, side] of sides.entries()) rounds[place].push(await round(side, chunk << 10, lanes));
    }
    const figures = rounds.map(medians);
    for (const [place, { name }] of sides.entries()) {
      const ratio = figures[place].sent / figures[0].sent;
      results.push({ asked: `chunks of ${chunk} KiB, ${lanes} at once`, name, ...figures[place], ratio });
    }
  }
}
console.log(`\n${ROUNDS} rounds of ${FILES} files of ${SIZE >> 20} MiB\n`);
table(
  [
    ['sent', ({ asked }) => asked],
    ['side', ({ name }) => name],
    ['MB/s', ({ perSecond }) => digits(perSecond)],
    ['CPU ms a MB, until sent', ({ sent }) => digits(sent)],
    ['CPU ms a MB, until looked into', ({ settled }) => digits(settled)],
    ['memory MB', ({ memory }) => memory.toFixed(0)],
    ['CPU of the first, times', ({ ratio }) => `${ratio.toFixed(2)}×`],
  ],
  results,
);
process.exit();
