import { parseArgs } from 'node:util'
import type { EffectClass } from '#features/jobs/action.ts'
import { killRun } from '#test/kill-run.ts'
import type { KillTally } from '#test/kill-tally.ts'
import { onBothEngines } from './bench-databases.ts'

/**
 * Kills a worker process with SIGKILL again and again while it does a job of every class of effect at once, on each
 * engine, and counts what became of every row and effect: `npm run bench -- crash --kills=1000`.
 */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '1000' }, engine: { type: 'string' } },
})
const kills = Number(values.kills)
const effects: EffectClass[] = ['read', 'keyed', 'probe', 'once']
const wrongs: string[] = []

await onBothEngines(async (opened) => {
  if (values.engine !== undefined && values.engine !== opened.engine) return
  const begun = performance.now()
  const seconds = () => (performance.now() - begun) / 1000
  const tallies = await killRun(opened, {
    effects,
    kills,
    rowsPerJob: 2_000,
    concurrency: 8,
    spares: 2,
    onKill(count) {
      if (count % 50 === 0)
        console.log(`  ${opened.engine}: ${count} kills, ${(count / seconds()).toFixed(1)} a second`)
    },
  })
  console.log(`${opened.engine}: ${kills} kills in ${seconds().toFixed(0)} s`)
  console.table(Object.fromEntries(tallies.map((each) => [each.effect, lineOf(each)])))
  for (const { effect, wrong } of tallies)
    for (const [what, count] of Object.entries(wrong))
      if (count !== 0) wrongs.push(`${opened.engine} ${effect}: ${what} ${count}`)
})
for (const wrong of wrongs) console.error(`WRONG  ${wrong}`)
if (wrongs.length > 0) process.exit(1)

function lineOf({ effect: _effect, wrong, ...counts }: KillTally) {
  const { lost, doubled, late } = wrong
  return { ...counts, lost, doubled, late, wrong: Object.values(wrong).reduce((sum, each) => sum + each, 0) }
}
