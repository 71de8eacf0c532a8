import { parseTimestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import { parseIp } from '#model/ip-address.ts'
import type { ReportedVolume } from '#model/record.ts'
import type {
  AggregateRow,
  ClusterRow,
  LifRow,
  LunRow,
  QtreeRow,
  QuotaRow,
  VolumeRow,
} from '#sources/ontap/answers.ts'
import { clusterId, known } from '#sources/ontap/cluster-mapping.ts'

/** What volumes are seen against. */
export interface ClusterContext {
  cluster: ClusterRow
  /** RAID levels of aggregates, by UUID and by name. */
  raidOf: ReadonlyMap<string, string>
  /** Data addresses by the name of their SVM. */
  addressesOf: ReadonlyMap<string, readonly string[]>
  /** RAID levels of the volumes told so far, by UUID: what lies in a volume has them too. */
  raidOfVolume: Map<string, string>
  /** The lists that did not come whole, by their path. */
  missing?: ReadonlySet<string> | undefined
}

/** The fields that stay as they are known, where there are any. */
const unread = (...fields: (string | false)[]): { unread?: string[] } => {
  const real = fields.filter((field) => field !== false)
  return real.length > 0 ? { unread: real } : {}
}

/** The cluster tells little of a volume that is not online: the rest of it did not go away. */
const restOfVolume = ['capacityBytes', 'poolSourceId', 'thinProvisioned', 'ids', 'facts']

/** Everything is known by a UUID of its own, which outlives renaming and every move; qtrees by a number in their volume. */
export const volumeId = (kind: 'aggregate' | 'volume' | 'lun' | 'qtree', id: string): string =>
  `${kind}/${id}`

const owned = ({ cluster }: Pick<ClusterContext, 'cluster'>) => ({
  kind: 'volume' as const,
  storageArray: cluster.name,
  deviceSourceId: clusterId(cluster),
})

const used = (bytes: number | undefined) => (bytes === undefined ? {} : { volatile: { used_bytes: bytes } })
const sized = (bytes: number | undefined) => (bytes === undefined ? {} : { capacityBytes: bytes })
const raid = (level: string | undefined) => (level === undefined ? {} : { raidLevel: level })
/** Times come with the offset of the cluster. */
const time = (text: string | undefined) => (text === undefined ? undefined : parseTimestamp(text))

export const raidsOf = (aggregates: readonly AggregateRow[]): Map<string, string> =>
  new Map(
    aggregates.flatMap(({ uuid, name, block_storage: storage }) => {
      const level = storage?.primary?.raid_type
      return level === undefined ? [] : [[uuid, level] as const, [name, level] as const]
    }),
  )

/** Where the volumes of an SVM can be mounted from. */
export function addressesOf(lifs: readonly LifRow[]): Map<string, string[]> {
  const addresses = new Map<string, string[]>()
  for (const { svm, ip, services } of lifs) {
    const address = parseIp(ip?.address ?? '')
    // Releases before 9.6 know no services; an address without data of files is none to mount from.
    const serves = services === undefined || services.some((service) => service.startsWith('data'))
    if (svm?.name === undefined || address === undefined || !serves) continue
    addresses.set(svm.name, [...(addresses.get(svm.name) ?? []), address])
  }
  return addresses
}

export function toPool(row: AggregateRow, context: Pick<ClusterContext, 'cluster'>): ReportedVolume {
  const space = row.space?.block_storage
  const primary = row.block_storage?.primary
  return {
    ...owned(context),
    sourceId: volumeId('aggregate', row.uuid),
    name: row.name,
    volumeType: 'pool',
    ...sized(space?.size),
    ...raid(primary?.raid_type),
    facts: known<JsonObject[string]>({
      kind: 'aggregate',
      // The home, not where it is now: a takeover moves it for a while.
      node: row.home_node?.name ?? row.node?.name,
      state: row.state,
      diskClass: primary?.disk_class,
      disks: primary?.disk_count,
      raidSize: primary?.raid_size,
      mirrored: row.block_storage?.mirror?.enabled,
      createdAt: time(row.create_time),
    }),
    ...used(space?.used),
  }
}

/** A volume that repeats another: a load-sharing mirror, or what a mirror is copied into. */
const isMirror = ({ type }: VolumeRow): boolean => type === 'ls' || type === 'dp'

export function toVolume(row: VolumeRow, context: ClusterContext): ReportedVolume {
  const aggregates = row.aggregates ?? []
  const [only] = aggregates.length === 1 ? aggregates : []
  const levels = aggregates.flatMap(
    ({ uuid, name }) => context.raidOf.get(uuid ?? '') ?? context.raidOf.get(name ?? '') ?? [],
  )
  const level = levels.length === 0 ? undefined : [...new Set(levels)].toSorted().join(', ')
  if (level !== undefined) context.raidOfVolume.set(row.uuid, level)
  const path = row.nas?.path
  const ids = path === undefined ? [] : mountsOf(path, context.addressesOf.get(row.svm?.name ?? '') ?? [])
  return {
    ...owned(context),
    sourceId: volumeId('volume', row.uuid),
    name: row.name,
    volumeType: 'volume',
    ...sized(row.size ?? row.space?.size),
    ...(only?.uuid === undefined ? {} : { poolSourceId: volumeId('aggregate', only.uuid) }),
    ...raid(level),
    ...(row.guarantee?.type === undefined ? {} : { thinProvisioned: row.guarantee.type === 'none' }),
    ...(isMirror(row) ? { copy: 'mirror' as const } : {}),
    ...(ids.length > 0 ? { ids } : {}),
    ...unread(
      ...(row.state === undefined || row.state === 'online' ? [] : restOfVolume),
      context.missing?.has('/network/ip/interfaces') === true && 'ids',
      level === undefined && 'raidLevel',
    ),
    facts: volumeFacts(row),
    ...used(row.space?.used),
  }
}

const mountsOf = (path: string, addresses: readonly string[]): string[] =>
  addresses.map((address) => `nfs:${address}:${path}`).toSorted()

const volumeFacts = (row: VolumeRow): JsonObject =>
  known<JsonObject[string]>({
    svm: row.svm?.name,
    state: row.state,
    style: row.style,
    type: row.type,
    root: row.is_svm_root === true ? true : undefined,
    clone: row.clone?.is_flexclone === true ? true : undefined,
    aggregates: row.aggregates?.flatMap(({ name }) => name ?? []).toSorted(),
    path: row.nas?.path,
    encrypted: row.encryption?.enabled,
    protected: row.snapmirror?.is_protected,
    snaplock: row.snaplock?.type === 'non_snaplock' ? undefined : row.snaplock?.type,
    tiering: row.tiering?.policy,
    comment: row.comment,
    createdAt: time(row.create_time),
  })

/** The number that hosts see: NetApp's own prefix, and the serial number's letters as hexadecimal digits. */
export const naaOf = (serial: string): string => `600a0980${Buffer.from(serial, 'latin1').toString('hex')}`

export function toLun(row: LunRow, context: ClusterContext): ReportedVolume {
  const volume = row.location?.volume?.uuid
  const serial =
    row.serial_number !== undefined && /^[\x21-\x7e]{12}$/.test(row.serial_number)
      ? row.serial_number
      : undefined
  const igroups = row.lun_maps?.flatMap(({ igroup }) => igroup?.name ?? []).toSorted()
  const requested = row.space?.guarantee?.requested
  return {
    ...owned(context),
    sourceId: volumeId('lun', row.uuid),
    name: row.name,
    volumeType: 'lun',
    ...sized(row.space?.size),
    ...(volume === undefined ? {} : { poolSourceId: volumeId('volume', volume) }),
    ...raid(context.raidOfVolume.get(volume ?? '')),
    ...unread(!context.raidOfVolume.has(volume ?? '') && 'raidLevel'),
    ...(requested === undefined ? {} : { thinProvisioned: !requested }),
    ...(serial === undefined ? {} : { ids: [`naa:${naaOf(serial)}`] }),
    facts: known<JsonObject[string]>({
      svm: row.svm?.name,
      volume: row.location?.volume?.name,
      qtree: row.location?.qtree?.name,
      serial,
      os: row.os_type,
      state: row.status?.state,
      mapped: row.status?.mapped,
      igroups: igroups === undefined || igroups.length === 0 ? undefined : igroups,
      comment: row.comment,
      createdAt: time(row.create_time),
    }),
    ...used(row.space?.used),
  }
}

/** A qtree has a size only where a quota limits or counts it. */
export function toQtree(row: QtreeRow, quota: QuotaRow | undefined, context: ClusterContext): ReportedVolume {
  const volume = row.volume.uuid
  return {
    ...owned(context),
    sourceId: volumeId('qtree', `${volume}/${row.id}`),
    name: row.name,
    volumeType: 'qtree',
    ...sized(quota?.space?.hard_limit),
    poolSourceId: volumeId('volume', volume),
    ...raid(context.raidOfVolume.get(volume)),
    ...unread(
      !context.raidOfVolume.has(volume) && 'raidLevel',
      ...(context.missing?.has('/storage/quota/reports') === true
        ? ['capacityBytes', 'facts.softLimitBytes']
        : []),
    ),
    facts: known<JsonObject[string]>({
      svm: row.svm?.name,
      volume: row.volume.name,
      path: row.path,
      securityStyle: row.security_style,
      exportPolicy: row.export_policy?.name,
      softLimitBytes: quota?.space?.soft_limit,
    }),
    ...used(quota?.space?.used?.total),
  }
}
