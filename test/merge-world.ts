import { bulkInsert } from '#database/bulk.ts'
import type { OpenDatabase } from '#database/open.ts'
import { mergeDevices } from '#features/devices/merge-devices.ts'
import { unmergeDevices } from '#features/devices/unmerge-devices.ts'
import { tagDevices } from '#features/devices/tag-devices.ts'
import { recomputeDevices } from '#features/identity/recompute-devices.ts'
import { callBy } from '#test/test-context.ts'
import { ada, inventoryWorld } from '#test/inventory-world.ts'
import { machine, macOf, sighting } from '#test/scripted-source.ts'

const devices = 8

/** Numbers that look random and are the same for the same seed. */
function numbersOf(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0
    return state % below
  }
}

/** Some machines of two sources with everything on them that can hang on a device. */
export async function mergeWorld(opened: OpenDatabase) {
  const world = inventoryWorld(opened)
  const { context, ask } = world
  const call = callBy(context, ada)
  const reported = Array.from({ length: devices }, (_, at) =>
    machine(at + 1, {
      serial: `SN-${at}`,
      os: at % 2 === 0 ? 'Debian 13' : 'FreeBSD 15',
      facts: { node: `n${at}`, rack: `R${at}` },
      relationships: at > 0 ? [{ type: 'hosts', other: 'parent', sourceId: `vm-${at > 4 ? 1 : at}` }] : [],
    }),
  )
  const volumes = reported.map(({ sourceId }, at) => ({
    kind: 'volume' as const,
    sourceId: `vol-${at}`,
    name: `volume ${at}`,
    volumeType: 'lun' as const,
    deviceSourceId: sourceId,
  }))
  await world.read([[...reported, ...volumes]])
  await world.read([[1, 3, 5].map((at) => sighting(macOf(at), { addresses: [`192.0.2.${at}`] }))], {
    name: 'leases',
    system: 'dhcp',
    provesAbsence: false,
  })
  const ids = (await world.devices()).map(({ id }) => id)
  for (const [at, id] of ids.entries()) {
    await tagDevices(call, [id], { add: [`own-${at}`, `shared-${at % 3}`], remove: [] })
    if (at % 2 === 0) await ask('note.create', { id: `${id}`, body: `note of ${at}` })
    if (at % 3 === 0) await ask('device.update', { id: `${id}`, site: `site ${at}`, owner: 'ada' })
    const child = ids[(at + 3) % devices]!
    if (at % 2 === 1)
      await ask('relationship.create', { parent: `${id}`, type: 'connects_to', child: `${child}` })
  }
  await addHangings(opened, ids, context.clock.now())
  return {
    ...world,
    ids,
    merge: (into: number, from: number) => mergeDevices(call, into, [from], null).then((made) => made[0]!),
    unmerge: (id: number) => unmergeDevices(call, id, { reason: null }),
    tag: (id: number, add: string[], remove: string[] = []) => tagDevices(call, [id], { add, remove }),
  }
}

async function addHangings(opened: OpenDatabase, ids: readonly number[], now: string): Promise<void> {
  const by = { source_system: 'proxmox', source_identifier: 'lab' }
  const author = { engine: opened.engine, now, syncId: 'test', system: 'manual', identifier: null, by: 'ada' }
  await opened.db.transaction().execute(async (transaction) => {
    const insert = <Table extends Parameters<typeof bulkInsert>[2]>(
      table: Table,
      rows: Parameters<typeof bulkInsert<Table>>[3],
    ) => bulkInsert(transaction, opened.engine, table, rows)
    await insert(
      'field_rules',
      ids.map((id, at) => ({
        device_id: id,
        field: at % 2 === 0 ? 'os' : 'site',
        kind: 'lock',
        source_identifier: null,
        value: '"locked"',
        note: null,
        created_by: 'ada',
        created_at: now,
        version: 1,
      })),
    )
    await insert(
      'server_facts',
      ids.map((id, at) => ({
        device_id: id,
        fact_name: 'kernel',
        fact_value: `"6.${at}"`,
        collected_at: now,
        ...by,
        source_id: `vm-${at + 1}`,
        volatile: false,
      })),
    )
    await insert(
      'servers',
      ids.slice(0, 4).map((id, at) => ({
        id: `srv-${at}`,
        hostname: `srv-${at}`,
        device_id: id,
        created_at: now,
        updated_at: now,
      })),
    )
    await recomputeDevices(transaction, author, ids, 'update', async () => {})
  })
}

export type MergeWorld = Awaited<ReturnType<typeof mergeWorld>>

/** Merges and undoes at random, until all is undone; tells the steps. */
export async function mergeAndUndo(
  world: MergeWorld,
  seed: number,
): Promise<{ steps: string; merges: number }> {
  const next = numbersOf(seed)
  const standing = [...world.ids]
  const held: { id: number; merged: number }[] = []
  const steps: string[] = []
  let merges = 0
  const undo = async () => {
    const [undone] = held.splice(next(held.length), 1)
    await world.unmerge(undone!.id)
    standing.push(undone!.merged)
    steps.push(`undo ${undone!.id}`)
  }
  for (let step = 0; step < 6; step += 1) {
    if (next(3) === 0 && held.length > 0) await undo()
    else {
      const [merged] = standing.splice(next(standing.length), 1)
      const into = standing[next(standing.length)]!
      held.push({ id: await world.merge(into, merged!), merged: merged! })
      steps.push(`${merged} into ${into}`)
      merges += 1
    }
  }
  while (held.length > 0) await undo()
  return { steps: steps.join(', '), merges }
}
