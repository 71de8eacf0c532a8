import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ReadFigures, ServedCounts, ServedVcenter, SyncFigures } from './vcenter-worker.ts'
import { atLeast, atMost, missedFigures } from './figures.ts'

/**
 * A vCenter with 10,000 machines, from a fake that cuts every answer at 100 objects: how often it is asked, what the
 * reader's memory grows to compared with 1,000 machines, and when devices can be seen. `node bench/vcenter.bench.ts
 * [--machines=N]`. Fake, reader and run have a process each.
 */
const machines = Number(/--machines=(\d+)/.exec(process.argv.join(' '))?.[1] ?? 10_000)

const start = (role: string, parameters: object): ChildProcess =>
  fork(path.join(import.meta.dirname, 'vcenter-worker.ts'), [role, JSON.stringify(parameters)], {
    execArgv: ['--expose-gc'],
  })

async function messageOf<Message>(child: ChildProcess): Promise<Message> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a process of the bench ended with ${String(code)}`)
  })
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [Message]
  return message
}

interface Measured extends ReadFigures {
  counts: ServedCounts
  objects: number
}

/** Hosts, places and networks beside the machines, as the fake makes them. */
const objectsOf = (count: number): number => count + Math.ceil(count / 30) + 12

async function measure(count: number): Promise<Measured> {
  const fake = start('serve', { machines: count })
  try {
    const served = await messageOf<ServedVcenter>(fake)
    const figures = await messageOf<ReadFigures>(start('read', served))
    fake.send('counts')
    return { ...figures, counts: await messageOf<ServedCounts>(fake), objects: objectsOf(count) }
  } finally {
    fake.kill()
  }
}

async function measureSync(folder: string): Promise<SyncFigures> {
  const fake = start('serve', { machines })
  try {
    const served = await messageOf<ServedVcenter>(fake)
    return await messageOf<SyncFigures>(
      start('sync', { ...served, database: `sqlite:${path.join(folder, 'bench.db')}` }),
    )
  } finally {
    fake.kill()
  }
}

const few = await measure(machines / 10)
const many = await measure(machines)
const { counts } = many
console.log(
  `${many.records} records of ${many.objects} objects in ${many.seconds.toFixed(1)} s: ${counts.requests} requests, ${counts.questions} of them for objects or their list; ` +
    `peak ${many.peak.toFixed(0)} MB, with a tenth of the machines ${few.peak.toFixed(0)} MB`,
)
if (!many.complete) throw new Error('the reading was not complete')
// The list itself is one, and the last page is seldom full.
atMost('questions for each 100 objects', ((counts.questions - 2) / many.objects) * 100, 1)
atMost('requests beside those, for the whole reading', counts.requests - counts.questions, 8)
atMost('logins', counts.logins, 1)
atMost('sessions left open', counts.open, 0)
atMost('peak of memory, times that of a tenth of the machines', many.peak / few.peak, 1.6)
atMost('kept for each 1,000 machines', many.kept / (machines / 1000), 1, 'MB')
atMost('share of the reading until the first devices are told', many.firstDevice / many.seconds, 0.15)
const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-bench-'))
try {
  const sync = await measureSync(folder)
  console.log(`read into a database in ${sync.seconds.toFixed(1)} s: ${sync.status}`)
  atMost('share of the run until the first devices can be seen', sync.firstSeen, 0.25)
  atMost('share of the run until half of the devices can be seen', sync.halfSeen, 0.65)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
atLeast('records', many.records, machines)
process.exit(missedFigures() === 0 ? 0 : 1)
