// PostGraphile over Waymark's database: DATABASE_URL, PORT, and PROCESSES that share the port. Amber is its makers' own choice of
// settings; the three presets beside it are those that nearly everybody adds: shorter names, filters, figures.
import cluster from 'node:cluster';
import { createServer } from 'node:http';

const { DATABASE_URL, PORT, PROCESSES } = process.env;
const processes = Number(PROCESSES);

async function serve() {
  const { postgraphile } = await import('postgraphile');
  const { PostGraphileAmberPreset } = await import('postgraphile/presets/amber');
  const { makePgService } = await import('postgraphile/adaptors/pg');
  const { grafserv } = await import('postgraphile/grafserv/node');
  const { PgSimplifyInflectionPreset } = await import('@graphile/simplify-inflection');
  const { PostGraphileConnectionFilterPreset } = await import('postgraphile-plugin-connection-filter');
  const { PgAggregatesPreset } = await import('@graphile/pg-aggregates');
  const preset = {
    extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset, PostGraphileConnectionFilterPreset, PgAggregatesPreset],
    // It leaves filters and orders by columns without an index out; Waymark has them.
    disablePlugins: ['PgIndexBehaviorsPlugin'],
    pgServices: [makePgService({ connectionString: DATABASE_URL, schemas: ['public'], poolConfig: { max: 16 / processes } })],
    schema: { connectionFilterRelations: true },
    grafserv: { graphqlPath: '/graphql', graphiql: false, websockets: false },
  };
  const server = createServer();
  await postgraphile(preset).createServ(grafserv).addTo(server);
  server.listen(Number(PORT), '127.0.0.1');
}

if (processes > 1 && cluster.isPrimary) {
  for (let number = 0; number < processes; number += 1) cluster.fork();
  process.on('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers)) worker.kill();
    process.exit();
  });
} else {
  await serve();
}
