import { bulkInsert } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import type { DeviceState } from '#features/inventory/device-state.ts'
import { historyRow } from '#features/inventory/save-devices.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import type { Json } from '#kernel/json.ts'
import { sameJson } from '#kernel/json.ts'

/** What became of paths that belong to devices and not to their records: of several changes of one, what they come to. */
export class OwnPaths {
  readonly #devices = new Map<number, { before: DeviceState; after: DeviceState }>()

  note(device: number, path: string, before: Json, after: Json): void {
    const known = this.#devices.get(device) ?? { before: {}, after: {} }
    this.#devices.set(device, known)
    if (!(path in known.after)) known.before[path] = before
    known.after[path] = after
  }

  /** Both sides of a relationship tell of it. */
  noteEdge(
    edge: { parent: number; child: number; type: string; source: string },
    change: 'added' | 'removed',
  ): void {
    const [before, after] = change === 'added' ? [null, edge.source] : [edge.source, null]
    this.note(edge.child, `relationships/${edge.type}/parent/${edge.parent}`, before, after)
    this.note(edge.parent, `relationships/${edge.type}/child/${edge.child}`, before, after)
  }

  /** The values that differ now, by device. */
  changes(): Map<number, DeviceState> {
    const changed = new Map<number, DeviceState>()
    for (const [device, { before, after }] of this.#devices) {
      const paths = Object.entries(after).filter(([path, value]) => !sameJson(before[path], value))
      if (paths.length > 0) changed.set(device, Object.fromEntries(paths))
    }
    return changed
  }

  /** Tells the history of the devices that are not computed again anyway. */
  async tellOthers(
    transaction: Transaction,
    author: Authorship,
    computed: ReadonlySet<number>,
  ): Promise<void> {
    const rows = [...this.changes()].flatMap(([id, after]) => {
      if (computed.has(id)) return []
      const paths = Object.keys(after)
      const before = Object.fromEntries(
        paths.map((path) => [path, this.#devices.get(id)!.before[path] ?? null]),
      )
      return [historyRow(author, { id, operation: 'update' }, { before, after })]
    })
    await bulkInsert(transaction, author.engine, 'sync_history', rows)
  }
}
