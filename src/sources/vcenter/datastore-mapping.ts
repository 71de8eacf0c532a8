import type { ReportedVolume } from '#model/record.ts'
import type { Datastore } from '#sources/vcenter/answers.ts'
import { plainName } from '#sources/vcenter/places.ts'
import { present } from '#sources/vcenter/virtual-hardware.ts'
import { objectId, whereabouts, type World } from '#sources/vcenter/world.ts'

/** What arrays and other hosts call it: the disks it lies on, or the export that is mounted. */
function idsOf({ info, summary }: Datastore): string[] {
  const disks = (info?.vmfs?.extent ?? []).flatMap(({ diskName = '' }) => {
    const [, kind, id] = /^(naa|eui)\.([0-9a-f]+)$/i.exec(diskName) ?? []
    return kind === undefined ? [] : [`${kind.toLowerCase()}:${id!.toLowerCase()}`]
  })
  const { remoteHost, remotePath, remoteHostNames = [] } = info?.nas ?? {}
  const servers = remoteHostNames.length > 0 ? remoteHostNames : [remoteHost]
  const exports = servers.flatMap((server) => (server && remotePath ? [`nfs:${server}:${remotePath}`] : []))
  const [, vsan] = /\/vsan:([0-9a-f-]+)/i.exec(summary?.url ?? '') ?? []
  return [...new Set([...disks, ...exports, ...(vsan === undefined ? [] : [`vsan:${vsan.toLowerCase()}`])])]
}

/** A datastore as we report it. `users` are the records that use it. */
export function toVolume(
  id: string,
  datastore: Datastore,
  world: World,
  users: readonly string[],
): ReportedVolume {
  const { name, parent, host, summary, info } = datastore
  const { capacity, freeSpace } = summary ?? {}
  const ids = idsOf(datastore)
  const hosts = host.map(({ key }) => objectId(world, key))
  // On a disk of its own host: nobody else's.
  const owner = hosts.length === 1 && summary?.multipleHostAccess === false ? hosts[0] : undefined
  const isKnown = capacity !== undefined && freeSpace !== undefined && summary?.accessible !== false
  const tags = [...world.tags(id)]
  return {
    kind: 'volume',
    sourceId: objectId(world, id),
    name: plainName(name),
    volumeType: 'datastore',
    ...(ids.length > 0 ? { ids } : {}),
    usedBy: users.toSorted(),
    ...(capacity === undefined || capacity <= 0 ? {} : { capacityBytes: capacity }),
    ...(owner === undefined ? {} : { deviceSourceId: owner }),
    facts: present({
      kind: summary?.type,
      moid: id,
      ...whereabouts(world, parent),
      url: summary?.url,
      shared: summary?.multipleHostAccess,
      accessible: summary?.accessible,
      maintenance: summary?.maintenanceMode === 'normal' ? undefined : summary?.maintenanceMode,
      vmfsVersion: info?.vmfs?.version,
      ssd: info?.vmfs?.ssd,
      hosts: hosts.length,
      tags: tags.length > 0 ? tags : undefined,
    }),
    ...(isKnown
      ? {
          volatile: present({
            used_bytes: capacity - freeSpace,
            uncommittedBytes: summary?.uncommitted,
          }),
        }
      : {}),
  }
}
