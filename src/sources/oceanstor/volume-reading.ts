import { mapBounded } from '#kernel/map-bounded.ts'
import type { ReportedVolume } from '#model/record.ts'
import {
  filesystemRow,
  lunRow,
  qtreeRow,
  quotaRow,
  snapshotRow,
  type FilesystemRow,
  type QtreeRow,
  type QuotaRow,
} from '#sources/oceanstor/answers.ts'
import type { Query } from '#sources/oceanstor/client.ts'
import { readAllOf, readList, readRows, type Reading } from '#sources/oceanstor/reading.ts'
import {
  quotaMark,
  toFilesystem,
  toLun,
  toQtree,
  toSnapshot,
  type ArrayContext,
} from '#sources/oceanstor/volume-mapping.ts'
import type { Page } from '#sources/source.ts'

/** Objects of a virtual store are told to who asks for them; undefined asks for those of the array itself. */
export type Vstore = string | undefined

const within = (vstore: Vstore): Query => (vstore === undefined ? {} : { vstoreId: vstore })
const ofVstore = (name: string, vstore: Vstore): string =>
  vstore === undefined ? name : `${name} of vStore ${vstore}`

/** One record for each object, whichever virtual store told it first. */
class Told {
  readonly #ids = new Set<string>()

  fresh(volumes: readonly ReportedVolume[]): ReportedVolume[] {
    return volumes.filter(({ sourceId }) => {
      if (this.#ids.has(sourceId)) return false
      this.#ids.add(sourceId)
      return true
    })
  }
}

/** LUNs, file systems, quota trees and, where wanted, snapshots, a page of the array at a time. */
export async function* readVolumes(
  reading: Reading,
  context: ArrayContext,
  vstores: readonly Vstore[],
): AsyncGenerator<Page, void> {
  const told = new Told()
  for (const vstore of vstores) {
    const query = within(vstore)
    const luns = {
      path: '/lun',
      name: ofVstore('LUNs', vstore),
      row: lunRow,
      query,
      needed: 'records',
      counted: 'must',
    } as const
    for await (const rows of readList(reading, luns))
      yield { records: told.fresh(rows.map((row) => toLun(row, context))) }
    if (reading.settings.snapshots) {
      const snapshots = {
        path: '/snapshot',
        name: ofVstore('snapshots', vstore),
        row: snapshotRow,
        query,
        needed: 'records',
      } as const
      for await (const rows of readList(reading, snapshots))
        yield { records: told.fresh(rows.map((row) => toSnapshot(row, context))) }
    }
    if (!reading.settings.filesystems) continue
    const filesystems = {
      path: '/filesystem',
      name: ofVstore('file systems', vstore),
      row: filesystemRow,
      query,
      needed: 'records',
      counted: 'must',
    } as const
    for await (const rows of readList(reading, filesystems)) {
      yield { records: told.fresh(rows.map((row) => toFilesystem(row, context))) }
      for (const row of rows) yield { records: told.fresh(await readQtrees(reading, context, row, vstore)) }
    }
  }
}

/** How many quotas are asked for at the same time. */
const parallel = 4

async function readQtrees(
  reading: Reading,
  context: ArrayContext,
  parent: FilesystemRow,
  vstore: Vstore,
): Promise<ReportedVolume[]> {
  const query = { PARENTTYPE: 40, PARENTID: parent.ID, ...within(vstore) }
  const name = `quota trees of ${parent.NAME}`
  const rows = await readAllOf(reading, { path: '/quotatree', name, row: qtreeRow, query, needed: 'records' })
  return mapBounded(rows, parallel, async (row) =>
    toQtree(row, parent, await readQuota(reading, row, vstore), context),
  )
}

/** The quota of the tree itself, not those of its users and groups. */
async function readQuota(reading: Reading, row: QtreeRow, vstore: Vstore): Promise<QuotaRow | undefined> {
  if (!reading.settings.quotas || row.quotaSwitch === false || row.QUOTASWITCH === false) return undefined
  const query = { PARENTTYPE: 16_445, PARENTID: row.ID, range: '[0-100]', ...within(vstore) }
  const wanted = {
    path: '/FS_QUOTA',
    name: `quotas of ${row.NAME}`,
    row: quotaRow,
    query,
    needed: 'details',
    mark: quotaMark(row),
  } as const
  const quotas = await readRows(reading, wanted)
  return quotas.find(({ QUOTATYPE }) => QUOTATYPE === '1' || QUOTATYPE === undefined)
}
