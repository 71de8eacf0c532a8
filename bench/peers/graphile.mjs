// No-op jobs through graphile-worker in its batched mode, four connections: node graphile.mjs URL ROWS
import { Logger, makeWorkerUtils, run } from 'graphile-worker'

const [connectionString, rows] = process.argv.slice(2)
const logger = new Logger(() => () => {})
const utils = await makeWorkerUtils({ connectionString, logger })
await utils.migrate()
await utils.withPgClient((client) =>
  client.query(
    `select count(*) from graphile_worker.add_jobs(array(
      select json_populate_record(null::graphile_worker.job_spec,
        json_build_object('identifier', 'noop', 'payload', json_build_object('n', n)))
      from generate_series(1, $1::int) n))`,
    [rows],
  ),
)
let done = 0
const all = Promise.withResolvers()
const begun = performance.now()
await run({
  preset: {
    worker: {
      connectionString,
      maxPoolSize: 4,
      concurrentJobs: 24,
      localQueue: { size: 500 },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
    },
  },
  logger,
  noHandleSignals: true,
  taskList: { noop: () => void ((done += 1) === Number(rows) && all.resolve()) },
})
await all.promise
// Done are they when their completions are written; stopping the runner would add its own waits.
await utils.withPgClient(async (client) => {
  for (;;) {
    const { rows: left } = await client.query('select 1 from graphile_worker._private_jobs limit 1')
    if (left.length === 0) break
  }
})
process.send({ seconds: (performance.now() - begun) / 1000 })
process.exit(0)
