import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import { writeCheckpoint } from '#features/audit/checkpoints.ts'
import { systemClock } from '#kernel/clock.ts'
import { auditLab, fillTrail } from '#test/audit-lab.ts'
import type { AuditLab } from '#test/audit-lab.ts'
import { unnoticedMutations } from '#test/audit-mutations.ts'

async function withLab<T>(url: string, work: (lab: AuditLab) => Promise<T>): Promise<T> {
  const opened = await openDatabase({ url })
  await migrate(opened)
  const lab = auditLab(opened)
  try {
    return await work(lab)
  } finally {
    lab.clear()
    await opened.close()
  }
}

/** Lines of the trail that are read and verified in a second: the best of three, the first of which fills caches. */
export const verifiedASecond = (url: string, lines: number): Promise<number> =>
  withLab(url, async (lab) => {
    for (let from = 0; from < lines; from += 1_000)
      await lab.append(
        ...Array.from({ length: 1_000 }, (_, index) => ({
          jobId: 1,
          rowNumber: from + index,
          subject: `device-${from + index}`,
          message: 'completed',
        })),
      )
    const seconds: number[] = []
    for (let round = 0; round < 3; round += 1) {
      const begun = systemClock.monotonic()
      const { ok, checked } = await lab.verify()
      if (!ok || checked < lines) throw new Error('a whole trail was not verified')
      seconds.push((systemClock.monotonic() - begun) / 1000)
    }
    return lines / Math.min(...seconds)
  })

/** What of so many random things done to a trail was not noticed. */
export const unnoticed = (url: string, count: number): Promise<string[]> =>
  withLab(url, async (lab) => {
    const heads = []
    for (let head = 0; head < 3; head += 1) {
      await lab.append({ message: 'before' })
      heads.push(await lab.context.db.selectFrom('audit_chain').selectAll().executeTakeFirstOrThrow())
    }
    await fillTrail(lab)
    await lab.append({ message: 'the very last' })
    await writeCheckpoint(lab.context)
    const { ok } = await lab.verify()
    if (!ok) throw new Error('a whole trail was not verified')
    return unnoticedMutations(lab, heads, { count, seed: 20_261_125 })
  })
