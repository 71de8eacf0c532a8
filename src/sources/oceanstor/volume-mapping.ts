import type { JsonObject } from '#kernel/json.ts'
import { toTimestamp } from '#kernel/clock.ts'
import type { ReportedVolume, VolumeType } from '#model/record.ts'
import type {
  FilesystemRow,
  LunRow,
  PoolRow,
  QtreeRow,
  QuotaRow,
  SnapshotRow,
  SystemRow,
} from '#sources/oceanstor/answers.ts'
import { bytesOf, exact } from '#sources/oceanstor/bytes.ts'
import { healthWord, known, raidWord, runningWord } from '#sources/oceanstor/words.ts'

/** What volumes are seen against: the array, its pools, and what else was read of mirrors, hosts and shares. */
export interface ArrayContext {
  system: SystemRow
  pools: readonly PoolRow[]
  /** LUNs and file systems that are the far end of a mirror: `lun/7`. */
  mirrored: ReadonlySet<string>
  /** Names of the hosts that a LUN is mapped to, by its id. */
  hostsOf: ReadonlyMap<string, readonly string[]>
  /** What file systems can be mounted as, by their id: `nfs:192.0.2.5:/export`. */
  mountsOf: ReadonlyMap<string, readonly string[]>
  /** The lists that did not come whole, by their path. */
  missing?: ReadonlySet<string> | undefined
}

/** What of a volume is not known where a list did not come. */
const hangsOn: Readonly<Record<string, Partial<Record<VolumeType, readonly string[]>>>> = {
  '/storagepool': {
    lun: ['poolSourceId', 'raidLevel'],
    filesystem: ['poolSourceId', 'raidLevel'],
    qtree: ['raidLevel'],
  },
  '/HyperMetroPair': { lun: ['copy'], filesystem: ['copy'] },
  '/REPLICATIONPAIR': { lun: ['copy'], filesystem: ['copy'] },
  '/host': { lun: ['facts.hosts'] },
  '/lun/associate': { lun: ['facts.hosts'] },
  '/NFSHARE': { filesystem: ['ids'] },
  '/lif': { filesystem: ['ids'] },
}

/** Nothing where all came; else the fields that stay as they are known. */
export function unreadOf(type: VolumeType, missing: ReadonlySet<string> | undefined): { unread?: string[] } {
  const fields = [...(missing ?? [])].flatMap((path) => hangsOn[path]?.[type] ?? [])
  return fields.length > 0 ? { unread: [...new Set(fields)] } : {}
}

/** Ids are unique per kind only, and on their array: LUN 11 and file system 11 both exist. They outlive renaming. */
const idOf = ({ system }: Pick<ArrayContext, 'system'>, kind: string, id: string): string =>
  `${system.ID}/${kind}/${id}`

const owned = ({ system }: Pick<ArrayContext, 'system'>) => ({
  kind: 'volume' as const,
  storageArray: system.NAME,
  deviceSourceId: system.ID,
})

const used = (bytes: number | undefined) => (bytes === undefined ? {} : { volatile: { used_bytes: bytes } })
const sized = (bytes: number | undefined) => (bytes === undefined ? {} : { capacityBytes: bytes })

/** The levels of the tiers that have disks: one, as a rule. */
export function raidOf(pool: PoolRow | undefined): string | undefined {
  if (pool === undefined) return undefined
  const tiers = [
    [pool.TIER0CAPACITY, pool.TIER0RAIDLV],
    [pool.TIER1CAPACITY, pool.TIER1RAIDLV],
    [pool.TIER2CAPACITY, pool.TIER2RAIDLV],
  ].filter(([capacity]) => capacity !== '0')
  const levels = tiers.flatMap(([, level]) => raidWord(level) ?? [])
  return levels.length === 0 ? undefined : [...new Set(levels)].join(', ')
}

const poolUses: Readonly<Record<string, string>> = { 1: 'block', 2: 'file' }

/** Capacities of pools are in sectors of the array, not of the pool. */
export function toPool(row: PoolRow, context: Pick<ArrayContext, 'system'>): ReportedVolume {
  const sector = context.system.SECTORSIZE
  const total = bytesOf(row.USERTOTALCAPACITY, sector)
  const free = bytesOf(row.USERFREECAPACITY, sector)
  const consumed = bytesOf(row.USERCONSUMEDCAPACITY, sector)
  const raid = raidOf(row)
  return {
    ...owned(context),
    sourceId: idOf(context, 'pool', row.ID),
    name: row.NAME,
    volumeType: 'pool',
    ...sized(total),
    ...(raid === undefined ? {} : { raidLevel: raid }),
    facts: known<JsonObject[string]>({
      usage: poolUses[row.USAGETYPE ?? ''],
      diskDomain: row.PARENTNAME,
      health: healthWord(row.HEALTHSTATUS),
      running: runningWord(row.RUNNINGSTATUS),
    }),
    ...used(consumed ?? (total === undefined || free === undefined ? undefined : total - free)),
  }
}

type VolumeRow = LunRow | FilesystemRow

/** What LUNs and file systems have in common. */
function toVolume(row: VolumeRow, kind: 'lun' | 'filesystem', context: ArrayContext): ReportedVolume {
  // Older releases name the pool only.
  const pool = context.pools.find(({ ID, NAME }) =>
    row.PARENTID === undefined ? NAME === row.PARENTNAME : ID === row.PARENTID,
  )
  const raid = raidOf(pool)
  const poolId = row.PARENTID ?? pool?.ID
  return {
    ...owned(context),
    sourceId: idOf(context, kind, row.ID),
    name: row.NAME,
    volumeType: kind,
    ...sized(bytesOf(row.CAPACITY, row.SECTORSIZE)),
    ...(poolId === undefined ? {} : { poolSourceId: idOf(context, 'pool', poolId) }),
    ...(raid === undefined ? {} : { raidLevel: raid }),
    ...(row.ALLOCTYPE === undefined ? {} : { thinProvisioned: row.ALLOCTYPE === '1' }),
    ...(context.mirrored.has(`${kind}/${row.ID}`) ? { copy: 'mirror' as const } : {}),
    ...unreadOf(kind, context.missing),
    ...used(bytesOf(row.ALLOCCAPACITY, row.SECTORSIZE)),
  }
}

const factsOf = (row: VolumeRow): Record<string, JsonObject[string] | undefined> => ({
  pool: row.PARENTNAME,
  health: healthWord(row.HEALTHSTATUS),
  running: runningWord(row.RUNNINGSTATUS),
  compression: row.ENABLECOMPRESSION,
  owner: row.OWNINGCONTROLLER,
  description: row.DESCRIPTION,
  vstore: row.vstoreName,
})

const wwnText = /^[0-9a-f]{16,32}$/i

export function toLun(row: LunRow, context: ArrayContext): ReportedVolume {
  const hosts = context.hostsOf.get(row.ID)
  const wwn = row.WWN !== undefined && wwnText.test(row.WWN) ? row.WWN.toLowerCase() : undefined
  return {
    ...toVolume(row, 'lun', context),
    ...(wwn === undefined ? {} : { ids: [`naa:${wwn}`] }),
    facts: known({
      ...factsOf(row),
      wwn,
      dedup: row.ENABLEDEDUP ?? row.ENABLESMARTDEDUP,
      clone: row.ISCLONE === true ? true : undefined,
      mapped: row.EXPOSEDTOINITIATOR,
      hosts: hosts === undefined || hosts.length === 0 ? undefined : hosts.toSorted(),
    }),
  }
}

export function toFilesystem(row: FilesystemRow, context: ArrayContext): ReportedVolume {
  const mounts = context.mountsOf.get(row.ID)
  return {
    ...toVolume(row, 'filesystem', context),
    ...(mounts === undefined || mounts.length === 0 ? {} : { ids: mounts.toSorted() }),
    facts: known({
      ...factsOf(row),
      dedup: row.ENABLEDEDUP,
      worm: row.WORMTYPE === undefined ? undefined : row.WORMTYPE !== '0',
    }),
  }
}

/** A snapshot takes its space from the pool of its LUN, and is counted with it. */
export function toSnapshot(row: SnapshotRow, context: Pick<ArrayContext, 'system'>): ReportedVolume {
  const wwn = row.WWN !== undefined && wwnText.test(row.WWN) ? row.WWN.toLowerCase() : undefined
  const taken = exact(row.TIMESTAMP)
  return {
    ...owned(context),
    sourceId: idOf(context, 'snapshot', row.ID),
    name: row.NAME,
    volumeType: 'lun',
    copy: 'snapshot',
    ...sized(bytesOf(row.USERCAPACITY, row.SECTORSIZE)),
    ...(row.PARENTID === undefined ? {} : { poolSourceId: idOf(context, 'lun', row.PARENTID) }),
    ...(wwn === undefined ? {} : { ids: [`naa:${wwn}`] }),
    facts: known<JsonObject[string]>({
      of: row.PARENTNAME,
      wwn,
      takenAt: taken === undefined || taken === 0 || taken > 1e11 ? undefined : toTimestamp(taken * 1000),
      running: runningWord(row.RUNNINGSTATUS),
      vstore: row.vstoreName,
    }),
    ...used(bytesOf(row.CONSUMEDCAPACITY, row.SECTORSIZE)),
  }
}

const securityStyles: Readonly<Record<string, string>> = { 0: 'mixed', 1: 'native', 2: 'ntfs', 3: 'unix' }

/** Noted as missing where the quota of a tree could not be read. */
export const quotaMark = ({ ID }: Pick<QtreeRow, 'ID'>): string => `/FS_QUOTA ${ID}`

/** A quota tree is a folder with a limit of its own: `quota` is in bytes, and absent where it has none. */
export function toQtree(
  row: QtreeRow,
  parent: FilesystemRow,
  quota: QuotaRow | undefined,
  context: ArrayContext,
): ReportedVolume {
  const unread = [
    ...(unreadOf('qtree', context.missing).unread ?? []),
    ...(context.missing?.has(quotaMark(row)) ? ['capacityBytes', 'facts.softLimitBytes'] : []),
  ]
  const raid = raidOf(context.pools.find(({ ID }) => ID === parent.PARENTID))
  return {
    ...owned(context),
    sourceId: idOf(context, 'quotatree', row.ID),
    name: row.NAME,
    volumeType: 'qtree',
    ...sized(exact(quota?.SPACEHARDQUOTA)),
    poolSourceId: idOf(context, 'filesystem', parent.ID),
    ...(raid === undefined ? {} : { raidLevel: raid }),
    facts: known<JsonObject[string]>({
      filesystem: parent.NAME,
      softLimitBytes: exact(quota?.SPACESOFTQUOTA),
      securityStyle: securityStyles[row.securityStyle ?? ''] ?? row.securityStyle,
      vstore: parent.vstoreName,
    }),
    ...(unread.length > 0 ? { unread } : {}),
    ...used(exact(quota?.SPACEUSED)),
  }
}
