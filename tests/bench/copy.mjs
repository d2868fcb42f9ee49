// Every row of a PostgreSQL database for an SQLite one that is migrated: DATABASE_URL, and the file as an argument. The values become what the
// server writes there: ids as their bytes, times as text, truth as 0 and 1.
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

const PAGE = 5_000;
const from = new pg.Client(process.env.DATABASE_URL);
await from.connect();
const into = new DatabaseSync(process.argv[2], { enableForeignKeyConstraints: false });

/** How a column is asked for, by its type. Fractions of a second have as many digits as they need, in threes. */
const ASKED = {
  uuid: (column) => `uuid_send(${column})`,
  boolean: (column) => `${column}::int`,
  date: (column) => `${column}::text`,
  jsonb: (column) => `${column}::text`,
  'timestamp with time zone': (column) =>
    `regexp_replace(to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '(\\.000)?000$', '') || '+00:00'`,
};

async function copy(table) {
  const named = "select column_name as name, data_type as type from information_schema.columns where table_schema = 'public' and table_name = $1";
  const columns = (await from.query(named, [table])).rows.map(({ name, type }) => ({ name: `"${name}"`, asked: (ASKED[type] ?? String)(`"${name}"`) }));
  const names = columns.map(({ name }) => name).join();
  const insert = into.prepare(`insert into "${table}" (${names}) values (${columns.map(() => '?').join()})`);
  into.exec(`delete from "${table}"`);
  await from.query(`declare page cursor for select ${columns.map(({ asked }) => asked).join()} from "${table}"`);
  for (let rows = null; rows?.length !== 0; ) {
    ({ rows } = await from.query({ text: `fetch ${PAGE} from page`, rowMode: 'array' }));
    for (const row of rows) insert.run(...row);
  }
  await from.query('close page');
}

into.exec('pragma journal_mode = memory; pragma synchronous = off; begin');
// What they keep is copied too.
const triggers = into.prepare("select name, sql from sqlite_master where type = 'trigger'").all();
for (const { name } of triggers) into.exec(`drop trigger "${name}"`);
await from.query('begin isolation level repeatable read read only');
const tables = into.prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name <> 'seaql_migrations'").all();
for (const { name } of tables) await copy(name);
for (const { sql } of triggers) into.exec(sql);
into.exec('commit; analyze; pragma journal_mode = wal');
into.close();
await from.end();
