import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { OpenDatabase } from '#database/open.ts'
import type { KillWork } from '#test/kill-action.ts'
import { startSink } from '#test/kill-sink.ts'
import type { Effect, KillSink } from '#test/kill-sink.ts'
import { rowsLeft } from '#test/kill-tally.ts'
import { killChild, killContext } from '#test/kill-world.ts'
import type { KillChild } from '#test/kill-world.ts'

/** Several worker processes on one database, and the sink of their effects. */
export interface KillNodes {
  sink: KillSink
  work: KillWork
  context: ReturnType<typeof killContext>
  /** Begins another worker. */
  begin(): Promise<KillChild>
  /** Resolves when every row is over; rejects after so many seconds. */
  untilDone(seconds: number): Promise<void>
}

/** Gives worker processes to `use`, and ends what is left of them afterwards. */
export async function withNodes<Result>(
  opened: OpenDatabase,
  given: Omit<KillWork, 'sink'> & { answersWithin: number; leaseSeconds: number },
  use: (nodes: KillNodes) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-nodes-'))
  const { answersWithin, leaseSeconds, ...rest } = given
  const sink = await startSink(folder, { answersWithin })
  const work = { ...rest, sink: sink.path }
  const children: KillChild[] = []
  try {
    return await use({
      sink,
      work,
      context: killContext(opened, leaseSeconds),
      async begin() {
        const child = killChild({ url: opened.url, node: `node${children.length}`, work, leaseSeconds })
        children.push(child)
        await child.warm
        child.go()
        return child
      },
      async untilDone(seconds) {
        const end = performance.now() + seconds * 1000
        // The database may be away for a moment.
        while ((await rowsLeft(opened.db).catch(() => 1)) > 0) {
          if (performance.now() > end) throw new Error(`Rows are still to do after ${seconds} seconds`)
          await pause(20)
        }
      },
    })
  } finally {
    await Promise.all(children.map((child) => child.kill()))
    await sink.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The most effects about one target that were going on at the same time, as the other side saw it. */
export function mostAtOnce(effects: readonly Effect[]): number {
  let most = 0
  for (const each of Map.groupBy(effects, ({ target }) => target).values()) {
    const steps = each.flatMap(({ begun, ended }) => [
      { at: begun, by: 1 },
      { at: ended, by: -1 },
    ])
    let now = 0
    for (const step of steps.toSorted((left, right) => left.at - right.at || left.by - right.by)) {
      now += step.by
      most = Math.max(most, now)
    }
  }
  return most
}

/** The most effects that began in any window of so many seconds. */
export function mostInWindow(effects: readonly Effect[], seconds: number): number {
  const times = effects.map(({ begun }) => begun).toSorted((left, right) => left - right)
  let first = 0
  let most = 0
  for (const [index, time] of times.entries()) {
    while (time - times[first]! >= seconds * 1000) first += 1
    most = Math.max(most, index - first + 1)
  }
  return most
}
