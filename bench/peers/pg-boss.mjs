// No-op jobs through pg-boss, a hundred at a time on four connections: node pg-boss.mjs URL ROWS
import { PgBoss } from 'pg-boss'

const [connectionString, given] = process.argv.slice(2)
const rows = Number(given)
const boss = new PgBoss({ connectionString, max: 4, supervise: false, schedule: false })
boss.on('error', () => {})
await boss.start()
await boss.createQueue('noop')
for (let from = 0; from < rows; from += 5_000) {
  const jobs = Array.from({ length: Math.min(5_000, rows - from) }, (_, index) => ({
    data: { n: from + index },
  }))
  await boss.insert('noop', jobs)
}
let done = 0
const begun = performance.now()
await Promise.all(
  Array.from({ length: 4 }, async () => {
    for (;;) {
      const jobs = await boss.fetch('noop', { batchSize: 100 })
      if (jobs.length === 0) return
      await boss.complete(
        'noop',
        jobs.map(({ id }) => id),
      )
      done += jobs.length
    }
  }),
)
if (done !== rows) throw new Error(`${done} of ${rows} jobs were done`)
process.send({ seconds: (performance.now() - begun) / 1000 })
process.exit(0)
