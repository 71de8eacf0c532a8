import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'

/**
 * `npm run bench [-- NAME...]`: runs every `bench/NAME.bench.ts`, or the named ones, each in a process of its own;
 * options (`--kills=100`) are handed on to it.
 * Before each it prints how fast this machine is right now, because only ratios within one run mean anything.
 */
const folder = import.meta.dirname
const given = process.argv.slice(2)
const options = given.filter((each) => each.startsWith('--'))
const named = given.filter((each) => !each.startsWith('--'))
const all = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
const unknown = named.filter((name) => !all.includes(name))
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${all.join(', ')}.`)
  process.exit(1)
}

/** Millions of steps a second of a loop that does nothing but count and mix. */
function calibration(): number {
  const steps = 50_000_000
  const start = performance.now()
  let mixed = 1
  for (let step = 0; step < steps; step += 1) mixed = (Math.imul(mixed, 1_664_525) + step) | 0
  const seconds = (performance.now() - start) / 1000
  return mixed === 0 ? 0 : Math.round(steps / seconds / 1e6)
}

const failed = (named.length > 0 ? named : all).filter((name) => {
  console.log(`\n== ${name} (calibration: ${calibration()} million steps a second)`)
  const done = spawnSync(process.execPath, [path.join(folder, `${name}.bench.ts`), ...options], {
    stdio: 'inherit',
  })
  return done.status !== 0
})
if (failed.length > 0) {
  console.error(`\nFailed or below its figure: ${failed.join(', ')}`)
  process.exit(1)
}
