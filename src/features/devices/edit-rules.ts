import { inEdit, tellChanged } from '#features/devices/save-states.ts'
import type { Part } from '#features/devices/merge-devices.ts'
import { deleteRule, findRule, putRule } from '#features/identity/field-rule-queries.ts'
import type { StoredRule } from '#features/identity/field-rule-queries.ts'
import { severalSided } from '#features/identity/conflict-list-queries.ts'
import type { FieldRule } from '#features/identity/golden-belief.ts'
import { recomputeDevices } from '#features/identity/recompute-devices.ts'
import { AppError } from '#kernel/errors.ts'

/** What a person rules about a field. */
export type NewRule = Pick<FieldRule, 'device' | 'field' | 'kind' | 'sources' | 'value'> & {
  note: string | null
}

/** How many devices are computed again in one transaction. */
const batchSize = 200

/**
 * Makes a rule, in the place of the one there was; gives its id. The devices that it is about are computed again: at
 * once for one device, batch by batch for all.
 */
export async function setRule(call: Part, rule: NewRule, signal: AbortSignal): Promise<number> {
  const id = await inEdit(call, async (transaction, author) => {
    let made = 0
    await recomputeDevices(transaction, author, devicesOf(rule), 'update', async () => {
      made = await putRule(transaction, author.now, { ...rule, by: author.by })
    })
    return made
  })
  await computeAfter(call, rule, signal)
  return id
}

/** Takes a rule back. */
export async function removeRule(call: Part, id: number, signal: AbortSignal): Promise<StoredRule> {
  const rule = await findRule(call.db, id)
  if (!rule) throw new AppError('NOT_FOUND', `There is no rule ${id}`)
  await inEdit(call, (transaction, author) =>
    recomputeDevices(transaction, author, devicesOf(rule), 'update', async () => {
      await deleteRule(transaction, id)
    }),
  )
  await computeAfter(call, rule, signal)
  return rule
}

const devicesOf = ({ device }: Pick<FieldRule, 'device'>): number[] => (device === null ? [] : [device])

/** A rule about all devices can change those of which several records speak, and no others. */
async function computeAfter(
  call: Part,
  { device }: Pick<FieldRule, 'device'>,
  signal: AbortSignal,
): Promise<void> {
  if (device !== null) {
    tellChanged(call, [device])
    return
  }
  let after = 0
  for (;;) {
    signal.throwIfAborted()
    const devices = await severalSided(call.db, { after, limit: batchSize })
    if (devices.length === 0) return
    after = devices.at(-1)!
    const changed = await inEdit(call, (transaction, author) =>
      recomputeDevices(transaction, author, devices, 'update', async () => {}),
    )
    tellChanged(call, changed)
  }
}
