// What a race is measured with: processor time and memory of a process and all its children from /proc, statements from PostgreSQL's
// own count, times from the answers. Rates, times and processors are medians of the rounds; statements are counted once, before them.
import { once } from 'node:events';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';

export const ROUNDS = Number(process.env.ROUNDS ?? 3);
const JSON_BOTH_WAYS = { 'content-type': 'application/json', accept: 'application/json' };
/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;

/** A process's parent, and its processor time with that of the children that it has seen end. */
function stat(pid) {
  // The name before it, in brackets, may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return { parent: Number(fields[1]), ms: fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MS };
}

/** What is found of every one that still lives: processes end while one looks. */
export function ofLiving(pids, look) {
  return pids.flatMap((pid) => {
    try {
      return [look(pid)];
    } catch {
      return [];
    }
  });
}

/** A process and all below it. */
function family(pid) {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map(ofLiving(all, (one) => [one, stat(one).parent]));
  const found = [pid];
  // The list grows while it is walked.
  for (const one of found) found.push(...[...parents].filter(([, parent]) => parent === one).map(([child]) => child));
  return found;
}

/** A port that nobody listens at. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** Milliseconds of processor time that a process and all below it have used. */
export const cpu = (pid) => sum(ofLiving(family(pid), (one) => stat(one).ms));

/** The most memory that one process has held since `forgetPeak`, in MB. */
export const held = (pid) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

/** The same for it and all below it; what they share is counted for each. */
export const peak = (pid) => sum(ofLiving(family(pid), held));

export const forgetPeak = (pid) => ofLiving(family(pid), (one) => writeFileSync(`/proc/${one}/clear_refs`, '5'));

/** Waits until a process and all below it have nothing more to do. */
export async function quiet(pid) {
  for (let before = -1; cpu(pid) - before > TICK_MS; await sleep(500)) before = cpu(pid);
}

export function median(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** Asks once, and gives the answer; one that is none, or a refusal, is an error that says so. */
export async function ask({ address, headers }, query, variables = {}) {
  const body = JSON.stringify({ query, variables });
  const answer = await fetch(address, { method: 'POST', headers: { ...JSON_BOTH_WAYS, ...headers }, body });
  const text = await answer.text();
  if (!answer.ok || isBad(text)) throw new Error(`${answer.status} ${text.slice(0, 600)}`);
  return JSON.parse(text).data;
}

const isBad = (text) => text.includes('"errors":') || text.includes('"refusal":{');

/** Asks for so many seconds by so many connections, each of which asks again as soon as it has its answer. */
export async function load({ address, headers }, body, connections, seconds) {
  const { origin, pathname: path } = new URL(address);
  const began = performance.now();
  const times = [];
  let bad = 0;
  const lane = async () => {
    const client = new Client(origin);
    while (performance.now() - began < seconds * 1000) {
      const asked = performance.now();
      const options = { method: 'POST', path, headers: { ...JSON_BOTH_WAYS, ...headers }, body: body() };
      const answer = await client.request(options);
      const bytes = Buffer.from(await answer.body.arrayBuffer());
      times.push(performance.now() - asked);
      if (answer.statusCode !== 200 || isBad(bytes)) bad += 1;
    }
    await client.close();
  };
  await Promise.all(Array.from({ length: connections }, lane));
  if (bad > 0) throw new Error(`${bad} of ${times.length} answers were bad`);
  const sorted = times.sort((one, other) => one - other);
  return { requests: times.length, perSecond: times.length / ((performance.now() - began) / 1000), p50: at(sorted, 0.5), p99: at(sorted, 0.99) };
}

/** One round of one side: how many requests, how quick, and what they cost the server and the database. */
export async function round({ side, body, connections, seconds, postgres }) {
  const before = [cpu(side.pid), cpu(postgres)];
  const { requests, ...speed } = await load(side, body, connections, seconds);
  const [server, database] = [cpu(side.pid) - before[0], cpu(postgres) - before[1]].map((ms) => ms / requests);
  return { ...speed, server, database };
}

/** Every figure's median over the rounds. */
export const medians = (rounds) =>
  Object.fromEntries(Object.keys(rounds[0]).map((figure) => [figure, median(rounds.map((round) => round[figure]))]));

/** Prints rows as a Markdown table; `columns` are headings, each with what it shows of a row. */
export function table(columns, rows) {
  const line = (cells) => console.log(`| ${cells.join(' | ')} |`);
  line(columns.map(([heading]) => heading));
  line(columns.map((_, place) => (place < 2 ? '---' : '---:')));
  for (const row of rows) line(columns.map(([, show]) => show(row)));
}

/** A figure with the digits that mean something. */
export const digits = (number) => (number >= 100 ? number.toFixed(0) : number >= 10 ? number.toFixed(1) : number.toFixed(2));
