// Waymark's graph beside PostGraphile over the same PostgreSQL, on one process and on two, and beside a floor that is written by hand; then beside
// itself, on SQLite too. Before anything is timed, all sides must give the same number of rows. `cargo xtask bench graph` starts database and
// servers, and says in the environment where they are.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { enter } from './account.mjs';
import { ROUNDS, ask, cpu, digits, forgetPeak, freePort, load, medians, peak, round, table } from './measure.mjs';
import { DRAWS, FIGURES, GROWTH, MARK_CURSORS, NARROW, QUESTIONS, WRITE, draw, plain, rows } from './questions.mjs';

const { env } = process;
const SECONDS = Number(env.SECONDS);
const POSTGRES = Number(env.POSTGRES_PID);
const CONNECTIONS = 16;

async function connect(url) {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

/** The first column of what a statement finds. */
const column = async (database, statement, values) => (await database.query({ text: statement, values, rowMode: 'array' })).rows.map(([first]) => first);

/** Waymark over a country, with somebody signed in. On SQLite it has no database beside it. */
async function waymark(country, role) {
  const address = `${env[`${country}_ADDRESS`]}/graphql`;
  const headers = await enter(address, `${role}@testshire.example`, env[`${country}_${role.toUpperCase()}`]);
  return { name: 'Waymark', dialect: 'waymark', address, headers, pid: Number(env[`${country}_SERVER_PID`]), database: env[`${country}_DATABASE`] && country.toLowerCase() };
}

/** Starts PostGraphile over the nation on so many processes, and waits until it answers. */
async function postgraphile(processes) {
  const port = await freePort();
  const settings = { ...env, NODE_ENV: 'production', GRAPHILE_ENV: 'production', DATABASE_URL: env.NATION_DATABASE, PORT: port, PROCESSES: processes };
  const child = spawn(process.execPath, ['postgraphile.mjs'], { env: settings, stdio: ['ignore', 'ignore', 'inherit'] });
  process.on('exit', () => child.kill());
  const name = processes === 1 ? 'PostGraphile' : `PostGraphile, ${processes} processes`;
  const side = { name, dialect: 'postgraphile', address: `http://127.0.0.1:${port}/graphql`, headers: {}, pid: child.pid, database: 'nation' };
  for (let look = 0; ; look += 1) {
    try {
      await ask(side, '{ __typename }');
      return side;
    } catch (error) {
      if (look > 600 || child.exitCode !== null) throw error;
      await sleep(100);
    }
  }
}

/** Where a partnership's schools have pupils. */
const THEIRS = `select provider_id from placement where 'school:' || on_roll_school_id = any($2) and state = 'active'
  group by 1 order by md5(provider_id::text) limit $1`;

/** What to ask about, with the cursors of these sides. */
async function draws(database, sides) {
  const author = (await column(database, "select id from account where email like 'officer@%'"))[0];
  const schools = await column(database, "select 'school:' || school_id from school_membership where partnership_id = (select id from partnership where code = 'P1')");
  const marked = (await column(database, 'select (current_date - 9)::text'))[0];
  const keys = {
    providers: await column(database, 'select id from provider order by md5(id::text) limit $1', [DRAWS]),
    visits: await column(database, "select id from visit where state = 'complete' order by md5(id::text) limit $1", [DRAWS]),
    marks: await column(database, 'select id from attendance_mark where date = $2 order by md5(id::text) limit $1', [DRAWS, marked]),
    theirs: await column(database, THEIRS, [DRAWS, schools]),
  };
  const all = Array.from({ length: DRAWS }, (_, number) => ({ ...draw(keys, number), author, schools, marked, after: {} }));
  for (const { dialect, ...side } of sides) {
    for (const [order, { [dialect]: [query, variables] }] of Object.entries(MARK_CURSORS)) {
      for (const { after, ...drawn } of all) {
        after[order] = { ...after[order], [dialect]: (await ask(side, query, variables(drawn))).list.pageInfo.endCursor };
      }
    }
  }
  return all;
}

/** A phone that is up to date, then many changes: where it stands after each page of them, and the same place for PostGraphile. */
async function addPlaces(all, database, side) {
  const [query] = QUESTIONS['500 changes since a cursor, each with its row'].waymark;
  const next = async (after) => (await ask(side, query, { after })).sync;
  let page = await next(null);
  while (!page.isCaughtUp) page = await next(page.cursor);
  const positions = await column(
    database,
    `insert into change (authority_id, noun, noun_id, kind, at)
    select authority_id, 'judgement', judgement.id, 'updated', now()
    from generate_series(1, 10) again, judgement join account on account.id = account_id where email like 'officer@%'
    order by again, judgement.id returning position`,
  );
  await database.query('vacuum analyze change');
  const places = [];
  for (let seen = 0; seen + 500 <= positions.length; seen += 500) {
    places.push({ waymark: page.cursor, postgraphile: String(BigInt(positions[seen]) - 1n) });
    page = await next(page.cursor);
  }
  all.forEach((one, number) => (one.since = places[number % places.length]));
}

/** Bodies of requests, one draw after the other. A write is another each time. */
function bodies([query, variables], all) {
  let next = 0;
  const body = () => {
    next += 1;
    return JSON.stringify({ query, variables: variables(all[next % all.length], randomUUID()) });
  };
  return body;
}

const counter = await connect(env.NATION_DATABASE.replace(/nation$/, 'postgres'));
/** How many statements a database has been sent, those aside that only begin and end transactions. */
const statements = async (database) => {
  const text = `select coalesce(sum(calls), 0)::int from pg_stat_statements
    where dbid = (select oid from pg_database where datname = $1) and query !~* '^(begin|start|commit|rollback|set|discard|deallocate)\\M'`;
  return (await column(counter, text, [database]))[0];
};

/** What there is only where a database stands beside the server. */
const beside = (show) => (row) => (row.calls === null ? '–' : show(row));
const COLUMNS = [
  ['asked', ({ asked }) => asked],
  ['side', ({ name }) => name],
  ['req/s', ({ perSecond }) => digits(perSecond)],
  ['p50 ms', ({ p50 }) => digits(p50)],
  ['p99 ms', ({ p99 }) => digits(p99)],
  ['statements', beside(({ calls }) => calls.toFixed(1))],
  ['CPU ms, server', ({ server }) => digits(server)],
  ['CPU ms, database', beside(({ database }) => digits(database))],
  ['memory MB', ({ memory }) => memory.toFixed(0)],
  ['the first is', ({ ratio }) => `${ratio.toFixed(2)}×`],
];

/** What one who is asked this answers to each draw. */
async function answers({ side, question: [query, variables], drawn }) {
  const found = [];
  for (const one of drawn) found.push(await ask(side, query, variables(one)));
  return found;
}

/** Fails unless these all find something, and the same. */
async function alike(first, ...others) {
  const expected = await answers(first);
  assert.ok(rows(expected) > 0, 'nothing is found');
  for (const other of others) assert.deepEqual(plain(await answers(other)), plain(expected), `${other.side.name} answers otherwise`);
}

/** Races contestants, who take turns within each round; how much quicker the first is stands beside the others. */
async function race(asked, contenders, connections = CONNECTIONS) {
  const contestants = contenders.map(({ side, question, drawn }) => ({ side, body: bodies(question, drawn) }));
  const results = [];
  for (const { side, body } of contestants) {
    const before = await statements(side.database);
    const { requests } = await load(side, body, connections, SECONDS / 2);
    const calls = side.database ? ((await statements(side.database)) - before) / requests : null;
    forgetPeak(side.pid);
    results.push({ asked, name: side.name, calls, rounds: [] });
  }
  for (let number = 0; number < ROUNDS; number += 1) {
    for (const [place, { side, body }] of contestants.entries()) {
      results[place].rounds.push(await round({ side, body, connections, seconds: SECONDS, postgres: POSTGRES }));
    }
  }
  const figures = results.map(({ rounds, ...result }, place) => ({ ...result, ...medians(rounds), memory: peak(contestants[place].side.pid) }));
  return figures.map((one) => ({ ...one, ratio: figures[0].perSecond / one.perSecond }));
}

/** Races, and goes on where one cannot be: the others still count. */
async function each(questions, run) {
  const found = [];
  for (const [asked, question] of Object.entries(questions)) {
    try {
      found.push(...(await run(asked, question)));
    } catch (error) {
      process.exitCode = 1;
      console.log(`${asked}: ${error.message}`);
    }
  }
  return found;
}

const nation = await connect(env.NATION_DATABASE);
const floor = { name: 'by hand', dialect: 'floor', address: env.FLOOR_ADDRESS, headers: {}, pid: Number(env.FLOOR_PID), database: 'nation' };
const officer = await waymark('NATION', 'officer');
const one = await postgraphile(1);
const two = await postgraphile(2);
const all = await draws(nation, [officer, one]);
await addPlaces(all, nation, officer);
const asking = (sides, question) => sides.map((side) => ({ side, question, drawn: all }));

console.log(`\n${ROUNDS} rounds of ${SECONDS} s, ${CONNECTIONS} connections\n`);
const raced = await each(QUESTIONS, async (asked, question) => {
  const [ours, ...others] = [officer, one, two, floor].flatMap((side) => (question[side.dialect] ? asking([side], question[side.dialect]) : []));
  const counts = [];
  for (const contender of [ours, ...others]) counts.push(rows(await answers({ ...contender, drawn: [all[0]] })));
  assert.ok(counts[0] > 0 && counts.every((count) => count === counts[0]), `the sides give ${counts.join(', ')} rows`);
  await alike(ours, ...others.filter(({ side }) => side === floor));
  return race(asked, [ours, ...others]);
});
table(COLUMNS, raced);

console.log('\nFigures of all marks and placements, one question at a time: as they are kept, and counted from the rows\n');
const counts = { 'as they are kept': FIGURES(''), 'counted from the rows': FIGURES('and sums') };
const counters = Object.entries(counts).flatMap(([name, question]) => asking([{ ...officer, name }], question));
table(COLUMNS, await each({ 'marks by code and month, placements by state': counters }, (asked, sides) => race(asked, sides, 1)));

/** Rows of each table that a write adds to. */
const written = async () => {
  const tables = ['contact', 'change', 'audit', 'idempotency'];
  return Promise.all(tables.map(async (name) => (await column(nation, `select count(*)::int from ${name}`))[0]));
};
console.log('\nA write: the row, its change, its audit and its key\n');
const writers = await each({ 'one writer': 1, [`${CONNECTIONS} writers`]: CONNECTIONS }, async (asked, connections) => {
  for (const side of [officer, one, two]) {
    const [query, variables] = WRITE[side.dialect];
    const before = await written();
    await ask(side, query, variables(all[0], randomUUID()));
    const added = (await written()).map((count, place) => count - before[place]);
    assert.deepEqual(added, [1, 1, 1, 1], `${side.name} writes other rows`);
  }
  return race(asked, [officer, one, two].flatMap((side) => asking([side], WRITE[side.dialect])), connections);
});
table(COLUMNS, writers);

const coordinator = await waymark('NATION', 'coordinator');
console.log('\nWhat a narrower scope costs: the same rows for who sees a whole authority, and for who sees one partnership of it\n');
const scopes = [
  { ...officer, name: 'an officer' },
  { ...coordinator, name: 'a coordinator' },
];
const narrow = await each(NARROW, async (asked, question) => {
  await alike(...asking(scopes, question));
  return race(asked, asking(scopes, question));
});
table(COLUMNS, narrow);

const village = await waymark('VILLAGE', 'officer');
const ofVillage = await draws(await connect(env.VILLAGE_DATABASE), [village]);
console.log('\nWhat growth costs: 700 placements, and the nation\n');
const growth = await each(GROWTH, async (asked, question) => {
  const sizes = [
    { side: { ...village, name: 'village' }, question, drawn: ofVillage },
    { side: { ...officer, name: 'nation' }, question, drawn: all },
  ];
  const [small, large] = await Promise.all(sizes.map(async (size) => rows(await answers(size))));
  assert.ok(small > 0 && Math.abs(large / small - 1) < 0.1, `the village gives ${small} rows, the nation ${large}`);
  return race(asked, sizes);
});
table(COLUMNS, growth);

// A phone's feed goes on where it stood on that very server.
const { '500 changes since a cursor, each with its row': _, ...reads } = QUESTIONS;
const stores = [
  { ...officer, name: 'PostgreSQL' },
  { ...(await waymark('EMBEDDED', 'officer')), name: 'SQLite' },
];
console.log('\nSQLite, the default: the same rows in a file\n');
const embedded = await each(reads, async (asked, { waymark: question }) => {
  await alike(...asking(stores, question));
  return race(asked, asking(stores, question));
});
table(COLUMNS, embedded);
process.exit();
