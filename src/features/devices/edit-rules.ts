import { inEdit, tellChanged } from '#features/devices/save-states.ts'
import { believeJob, computeAgain, computedTogether } from '#features/devices/believe-action.ts'
import { deleteRule, findRule, findRuleAbout, putRule } from '#features/identity/field-rule-queries.ts'
import { severalSided } from '#features/identity/conflict-list-queries.ts'
import type { FieldRule } from '#features/identity/golden-belief.ts'
import { recomputeDevices } from '#features/identity/recompute-devices.ts'
import type { Call } from '#features/operation.ts'
import { chunksOf } from '#kernel/chunks-of.ts'
import { AppError } from '#kernel/errors.ts'
import type { JobId } from '#model/ids.ts'

/** What a person rules about a field. */
export type NewRule = Pick<FieldRule, 'device' | 'field' | 'kind' | 'sources' | 'value'> & {
  note: string | null
}

/** Makes a rule, in the place of the one there was. The device that it is about is computed again, or all of them. */
export async function setRule(call: Call, rule: NewRule): Promise<{ id: number; jobId: JobId | null }> {
  const before = await findRuleAbout(call.db, rule.device, rule.field)
  const id = await inEdit(call, async (transaction, author) => {
    let made = 0
    await recomputeDevices(transaction, author, devicesOf(rule), 'update', async () => {
      made = await putRule(transaction, author.now, { ...rule, by: author.by })
    })
    return made
  })
  return { id, jobId: await computeAfter(call, rule, [...rule.sources, ...(before?.sources ?? [])]) }
}

/** Takes a rule back. */
export async function removeRule(call: Call, id: number): Promise<JobId | null> {
  const rule = await findRule(call.db, id)
  if (!rule) throw new AppError('NOT_FOUND', `There is no rule ${id}`)
  await inEdit(call, (transaction, author) =>
    recomputeDevices(transaction, author, devicesOf(rule), 'update', async () => {
      await deleteRule(transaction, id)
    }),
  )
  return computeAfter(call, rule, rule.sources)
}

const devicesOf = ({ device }: Pick<FieldRule, 'device'>): number[] => (device === null ? [] : [device])

/** A rule about all devices can change those of which its sources and others speak: few at once, more by a job. */
async function computeAfter(
  call: Call,
  { device, field }: Pick<FieldRule, 'device' | 'field'>,
  sources: readonly string[],
): Promise<JobId | null> {
  if (device !== null) {
    tellChanged(call, [device])
    return null
  }
  const concerned = await severalSided(call.db, sources, { after: 0, limit: atOnce + 1 })
  if (concerned.length > atOnce) return call.jobs.submit(believeJob(field, sources, call.actor))
  for (const batch of chunksOf(concerned, computedTogether)) await computeAgain(call, batch)
  return null
}

/** More devices than these are computed by a job, which survives whatever happens to whoever asked. */
const atOnce = 1_000
