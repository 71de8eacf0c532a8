// A pg-boss on four connections with the jobs that are to be done: URL ROWS of the command line.
import { PgBoss } from 'pg-boss'

export async function openBoss() {
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
  return {
    /** Does them all, tells how long it took, and ends. */
    async work(options) {
      let done = 0
      const all = Promise.withResolvers()
      const begun = performance.now()
      await boss.work('noop', options, async (jobs) => {
        done += jobs.length
        if (done >= rows) all.resolve()
      })
      await all.promise
      process.send({ seconds: (performance.now() - begun) / 1000 })
      process.exit(0)
    },
  }
}
