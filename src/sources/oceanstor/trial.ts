import { counted } from '#sources/counted.ts'
import type { OceanstorClient, Query } from '#sources/oceanstor/client.ts'
import { isFeatureAbsent } from '#sources/oceanstor/error-codes.ts'
import { readSystem } from '#sources/oceanstor/array-reading.ts'
import type { OceanstorSettings } from '#sources/oceanstor/settings.ts'
import type { SourceCheck, SourceTest } from '#sources/source.ts'

/** A list that a reading needs, and what is missing without it. */
interface Part {
  name: string
  path: string
  /** Names of one and of several. */
  of: readonly [one: string, several: string]
  without: string
  /** The array does not count these, and nothing hangs on their number. */
  uncounted?: true
  isWanted: (settings: OceanstorSettings) => boolean
}

const always = () => true

const uncounted = (
  several: string,
  path: string,
  without: string,
  isWanted: Part['isWanted'] = always,
): Part => ({ name: `Read ${several}`, path, of: [several, several], without, uncounted: true, isWanted })

const lists: readonly Part[] = [
  {
    name: 'Read storage pools',
    path: '/storagepool',
    of: ['pool', 'pools'],
    without: 'pools and RAID levels are missing',
    isWanted: always,
  },
  { name: 'Read LUNs', path: '/lun', of: ['LUN', 'LUNs'], without: 'LUNs are missing', isWanted: always },
  {
    name: 'Read file systems',
    path: '/filesystem',
    of: ['file system', 'file systems'],
    without: 'file systems and quota trees are missing',
    isWanted: ({ filesystems }) => filesystems,
  },
  {
    name: 'Read vStores',
    path: '/vstore',
    of: ['vStore', 'vStores'],
    without: 'what belongs to vStores is missing',
    isWanted: ({ vstores }) => vstores,
  },
  {
    name: 'Read controllers',
    path: '/controller',
    of: ['controller', 'controllers'],
    without: 'controllers are missing from what is told of the array',
    isWanted: always,
  },
  {
    name: 'Read hosts',
    path: '/host',
    of: ['host', 'hosts'],
    without: 'whom LUNs are mapped to is missing',
    isWanted: ({ mappings }) => mappings,
  },
  uncounted(
    'FC initiators',
    '/fc_initiator',
    'which hosts hang on it is missing',
    ({ mappings }) => mappings,
  ),
  uncounted(
    'iSCSI initiators',
    '/iscsi_initiator',
    'which hosts hang on it is missing',
    ({ mappings }) => mappings,
  ),
  uncounted('enclosures', '/enclosure', 'enclosures are missing from what is told of the array'),
  uncounted('Ethernet ports', '/eth_port', 'MAC addresses of the array are missing'),
  uncounted('HyperMetro pairs', '/HyperMetroPair', 'mirrors are counted as volumes of their own'),
  uncounted('replication pairs', '/REPLICATIONPAIR', 'mirrors are counted as volumes of their own'),
  uncounted(
    'NFS shares',
    '/NFSHARE',
    'what file systems are mounted as is missing',
    ({ filesystems }) => filesystems,
  ),
  uncounted(
    'logical ports',
    '/lif',
    'what file systems are mounted as is missing',
    ({ filesystems }) => filesystems,
  ),
]

const fix = 'Give the user the role Monitor in DeviceManager (Settings, User and Security).'

/** Signs in once, asks for the first of everything, and signs out. */
export async function tryOut(
  client: OceanstorClient,
  settings: OceanstorSettings,
  signal: AbortSignal,
): Promise<SourceTest> {
  const system = await readSystem(client)
  const checks: SourceCheck[] = [
    { name: 'Sign in', result: 'ok', detail: `array ${client.deviceId}, as ${settings.username}` },
  ]
  for (const part of lists.filter(({ isWanted }) => isWanted(settings))) {
    signal.throwIfAborted()
    checks.push(await check(client, part))
  }
  const wanting = checks.filter(({ result }) => result !== 'ok')
  const model = system.productModeString ?? 'array'
  const version =
    system.PRODUCTVERSION === undefined ? '' : ` ${system.PRODUCTVERSION}${system.patchVersion ?? ''}`
  const holds = checks
    .filter(({ result, detail }) => result === 'ok' && /^\d/.test(detail))
    .map(({ detail }) => detail)
  return {
    message: `OceanStor ${model}${version}, ${system.NAME}: ${holds.join(', ') || 'nothing that may be read'}.`,
    warnings: wanting.map(({ name, detail }) => `${name}: ${detail}`),
    checks,
  }
}

async function check(client: OceanstorClient, part: Part): Promise<SourceCheck> {
  const { name, path, of, without } = part
  const range: Query = { range: '[0-1]' }
  const { error, data } = await client.ask(path, range)
  if (isFeatureAbsent(error.code)) return { name, result: 'ok', detail: `no ${of[1]} (no licence for them)` }
  if (error.code !== 0)
    return { name, result: 'limited', detail: `${without} (${error.code}: ${error.description})`, fix }
  const some = Array.isArray(data) && data.length > 0
  if (part.uncounted) return { name, result: 'ok', detail: `${some ? 'there are' : 'no'} ${of[1]}` }
  const total = await client.count(path, {})
  if (total !== undefined) return { name, result: 'ok', detail: counted(total, ...of) }
  return {
    name,
    result: 'limited',
    detail: `${some ? 'some' : 'no'} ${of[1]}; the array does not say how many there are, so nothing is proved to be gone`,
  }
}
