import { AppError } from '#kernel/errors.ts'
import { mapBounded } from '#kernel/map-bounded.ts'
import { parseIp } from '#model/ip-address.ts'
import {
  controllerRow,
  enclosureRow,
  hostRow,
  initiatorRow,
  logicalPortRow,
  pairRow,
  poolRow,
  portRow,
  shareRow,
  systemRow,
  vstoreRow,
  type HostRow,
  type SystemRow,
} from '#sources/oceanstor/answers.ts'
import type { ArrayParts, MappedHost } from '#sources/oceanstor/array-mapping.ts'
import type { OceanstorClient } from '#sources/oceanstor/client.ts'
import { readAllOf, readIds, readRows, type Reading } from '#sources/oceanstor/reading.ts'
import type { ArrayContext } from '#sources/oceanstor/volume-mapping.ts'
import type { Vstore } from '#sources/oceanstor/volume-reading.ts'

/** The array itself: without it there is nothing to tell. */
export async function readSystem(client: OceanstorClient): Promise<SystemRow> {
  const { error, data } = await client.ask('/system/', {})
  if (error.code !== 0)
    throw new AppError(
      'SOURCE_FORBIDDEN',
      `The array does not tell of itself (${error.code}: ${error.description})`,
      {
        hint: 'Give the user the role Monitor.',
      },
    )
  const parsed = systemRow.safeParse(data)
  if (!parsed.success)
    throw new AppError('SOURCE_ANSWER_INVALID', 'The array told of itself in a shape that is not its own')
  // The serial number is in every id: two of them would make everything new.
  if (parsed.data.ID !== client.deviceId)
    throw new AppError('SOURCE_ANSWER_INVALID', 'The array tells two serial numbers of itself')
  return parsed.data
}

/** Virtual stores, after the array itself. Without the licence there are none. */
export async function readVstores(reading: Reading): Promise<Vstore[]> {
  if (!reading.settings.vstores) return [undefined]
  const rows = await readAllOf(reading, {
    path: '/vstore',
    name: 'vStores',
    row: vstoreRow,
    needed: 'records',
  })
  return [undefined, ...rows.map(({ ID }) => ID).filter((id) => id !== '0')]
}

export async function readParts(
  reading: Reading,
  system: SystemRow,
  address: string,
  hosts: readonly MappedHost[],
): Promise<ArrayParts> {
  const needed = 'details'
  const controllers = await readAllOf(reading, {
    path: '/controller',
    name: 'controllers',
    row: controllerRow,
    needed,
  })
  const enclosures = await readAllOf(reading, {
    path: '/enclosure',
    name: 'enclosures',
    row: enclosureRow,
    needed,
  })
  const ports = await readRows(reading, { path: '/eth_port', name: 'Ethernet ports', row: portRow, needed })
  return { system, controllers, enclosures, ports, hosts, address }
}

/** How many hosts are asked about at the same time. */
const parallel = 4

/** Which hosts there are, how they are connected, and the LUNs that each of them sees. */
export async function readHosts(
  reading: Reading,
  vstores: readonly Vstore[],
): Promise<{ hosts: MappedHost[]; hostsOf: Map<string, string[]> }> {
  const hostsOf = new Map<string, string[]>()
  if (!reading.settings.mappings) return { hosts: [], hostsOf }
  const rows = new Map<string, HostRow>()
  for (const vstore of vstores) {
    const query = vstore === undefined ? {} : { vstoreId: vstore }
    const found = await readAllOf(reading, {
      path: '/host',
      name: 'hosts',
      row: hostRow,
      query,
      needed: 'details',
    })
    for (const row of found) rows.set(row.ID, rows.get(row.ID) ?? row)
  }
  const protocols = await readProtocols(reading)
  const all = [...rows.values()]
  const luns = await mapBounded(all, parallel, ({ ID, NAME, vstoreId }) =>
    readIds(reading, '/lun/associate', `LUNs of host ${NAME}`, {
      ASSOCIATEOBJTYPE: 21,
      ASSOCIATEOBJID: ID,
      ...(vstoreId === undefined ? {} : { vstoreId }),
    }),
  )
  for (const [index, ids] of luns.entries()) {
    for (const id of ids) hostsOf.set(id, [...(hostsOf.get(id) ?? []), all[index]!.NAME])
  }
  return { hosts: all.map((row) => ({ row, protocols: protocols.get(row.ID) ?? [] })), hostsOf }
}

/** By what hosts are connected: the initiators that belong to them tell. */
async function readProtocols(reading: Reading): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const [path, protocol] of [
    ['/fc_initiator', 'fc'],
    ['/iscsi_initiator', 'iscsi'],
  ] as const) {
    const query = { range: '[0-8191]' }
    const rows = await readRows(reading, {
      path,
      name: `${protocol} initiators`,
      row: initiatorRow,
      query,
      needed: 'details',
    })
    for (const { PARENTID: host } of rows) {
      const known = found.get(host ?? '') ?? []
      if (host !== undefined && !known.includes(protocol)) found.set(host, [...known, protocol])
    }
  }
  return found
}

const isFilesystem = (type: string | undefined): boolean => type === '2' || type === '40'

/** Far ends of mirrors, which repeat what the other array has: `lun/7`, `filesystem/3`. */
export async function readMirrored(reading: Reading): Promise<Set<string>> {
  const mirrored = new Set<string>()
  for (const [path, name] of [
    ['/HyperMetroPair', 'HyperMetro pairs'],
    ['/REPLICATIONPAIR', 'replication pairs'],
  ] as const) {
    const query = { range: '[0-4095]' }
    for (const row of await readRows(reading, { path, name, row: pairRow, query, needed: 'details' })) {
      const id = row.LOCALOBJID ?? row.LOCALRESID
      const kind = isFilesystem(row.HCRESOURCETYPE ?? row.LOCALRESTYPE) ? 'filesystem' : 'lun'
      if (row.ISPRIMARY === false && id !== undefined) mirrored.add(`${kind}/${id}`)
    }
  }
  return mirrored
}

/** What file systems can be mounted as: each of their shares at each data address of its virtual store. */
export async function readMounts(reading: Reading): Promise<Map<string, string[]>> {
  const query = { range: '[0-8191]' }
  const shares = await readRows(reading, {
    path: '/NFSHARE',
    name: 'NFS shares',
    row: shareRow,
    query,
    needed: 'details',
  })
  const mounts = new Map<string, string[]>()
  if (shares.length === 0) return mounts
  const ports = await readRows(reading, {
    path: '/lif',
    name: 'logical ports',
    row: logicalPortRow,
    query,
    needed: 'details',
  })
  for (const { SHAREPATH: path, FSID: filesystem, vstoreId: store = '0' } of shares) {
    if (path === undefined || filesystem === undefined || !path.startsWith('/')) continue
    for (const { IPV4ADDR, IPV6ADDR, vstoreId = '0' } of ports) {
      const address = [IPV4ADDR, IPV6ADDR]
        .map((each) => parseIp(each ?? ''))
        .find((each) => each !== undefined)
      if (address === undefined || vstoreId !== store) continue
      mounts.set(filesystem, [...(mounts.get(filesystem) ?? []), `nfs:${address}:${path}`])
    }
  }
  return mounts
}

export const readPools = (reading: Reading): Promise<ArrayContext['pools'][number][]> =>
  readAllOf(reading, { path: '/storagepool', name: 'storage pools', row: poolRow, needed: 'records' })
