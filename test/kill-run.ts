import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { OpenDatabase } from '#database/open.ts'
import type { EffectClass } from '#features/jobs/action.ts'
import type { KillWork } from '#test/kill-action.ts'
import { startSink } from '#test/kill-sink.ts'
import { rowsLeft, tally } from '#test/kill-tally.ts'
import type { KillTally } from '#test/kill-tally.ts'
import { killChild, killContext, killJob } from '#test/kill-world.ts'
import type { KillChild, KillOrder } from '#test/kill-world.ts'

export interface KillPlan {
  /** Classes of which there is always a job to do: every kill hits all of them. */
  effects: EffectClass[]
  kills: number
  rowsPerJob: number
  /** Rows of one job at a time. */
  concurrency: number
  /** Processes that are loaded ahead. */
  spares: number
  onKill?: ((kills: number) => void) | undefined
}

/**
 * Lets a worker process do jobs, kills it at a random moment of its start, its claims, its effects or its
 * acknowledgements, and lets the next go on; after so many kills the last one finishes. Gives what became of every row
 * and every effect.
 */
export async function killRun(opened: OpenDatabase, plan: KillPlan): Promise<KillTally[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-kill-'))
  const sink = await startSink(folder, { answersWithin: 4 })
  const { effects, concurrency, rowsPerJob } = plan
  const work: KillWork = { effects, sink: sink.path, concurrency, asksWithin: 2 }
  const context = killContext(opened)
  const children = spareChildren({ url: opened.url, node: 'killed', work, leaseSeconds: 15 }, plan.spares)
  let made = 0
  try {
    for (let kills = 0; kills < plan.kills; kills += 1) {
      if ((await rowsLeft(opened.db)) < (effects.length * rowsPerJob) / 2) {
        for (const effect of effects) await killJob(context, work, effect, made, rowsPerJob)
        made += rowsPerJob
      }
      const child = await children.begin()
      // A quarter dies while it starts and takes back what the one before it had; the rest in the middle of its rows.
      const isEarly = kills % 4 === 0
      if (!isEarly) await sink.heard(child.pid, 5_000, effects[Math.floor(Math.random() * effects.length)])
      await pause(Math.random() * (isEarly ? 120 : 30))
      await child.kill()
      plan.onKill?.(kills + 1)
    }
    const last = await children.begin()
    while ((await rowsLeft(opened.db)) > 0) await pause(20)
    // Long enough that nothing of an earlier process could still be on its way.
    await pause(100)
    await last.end()
    return await tally(context, sink.effects(), plan)
  } finally {
    await children.kill()
    await sink.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Worker processes, so many of them loaded ahead. */
function spareChildren(order: KillOrder, ahead: number) {
  const all = new Set<KillChild>()
  const spares: KillChild[] = []
  return {
    /** Lets the next one work. */
    async begin(): Promise<KillChild> {
      while (spares.length <= ahead) {
        const spare = killChild({ ...order, keepsCode: all.size === 0 })
        all.add(spare)
        spares.push(spare)
      }
      const child = spares.shift()!
      await child.warm
      child.go()
      return child
    },
    kill: () => Promise.all([...all].map((child) => child.kill())),
  }
}
