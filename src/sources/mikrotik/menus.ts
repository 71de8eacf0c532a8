import { AppError } from '#kernel/errors.ts'
import type { Row, RouterClient } from '#sources/mikrotik/router-client.ts'

/** What is read of each menu, and nothing else: others hold keys and passwords. */
const properties = {
  'system/identity': ['name'],
  'system/resource': [
    'uptime',
    'version',
    'board-name',
    'platform',
    'architecture-name',
    'cpu',
    'cpu-count',
    'cpu-frequency',
    'cpu-load',
    'total-memory',
    'free-memory',
    'total-hdd-space',
    'free-hdd-space',
    'build-time',
  ],
  'system/routerboard': [
    'routerboard',
    'model',
    'serial-number',
    'firmware-type',
    'current-firmware',
    'upgrade-firmware',
  ],
  'system/license': ['software-id', 'system-id', 'level', 'nlevel'],
  interface: [
    'name',
    'default-name',
    'type',
    'mtu',
    'actual-mtu',
    'mac-address',
    'running',
    'disabled',
    'comment',
    'slave',
  ],
  'interface/ethernet': ['name', 'speed', 'rate', 'orig-mac-address'],
  'interface/bonding': ['name', 'slaves'],
  'interface/bridge/port': ['interface', 'bridge', 'pvid', 'disabled'],
  'interface/bridge/host': [
    'mac-address',
    'on-interface',
    'interface',
    'bridge',
    'vid',
    'local',
    'external',
    'invalid',
    'disabled',
  ],
  'ip/address': ['address', 'interface', 'actual-interface', 'disabled', 'invalid', 'dynamic'],
  'ipv6/address': ['address', 'interface', 'actual-interface', 'disabled', 'invalid', 'link-local'],
  'ip/arp': ['address', 'mac-address', 'interface', 'complete', 'invalid', 'disabled', 'status'],
  'ipv6/neighbor': ['address', 'mac-address', 'interface', 'status'],
  'ip/dhcp-server/lease': [
    'address',
    'mac-address',
    'client-id',
    'active-address',
    'active-mac-address',
    'active-client-id',
    'host-name',
    'status',
    'server',
    'active-server',
    'dynamic',
    'disabled',
    'blocked',
    'comment',
    'expires-after',
    'last-seen',
    'agent-circuit-id',
    'agent-remote-id',
    'class-id',
  ],
  'ip/neighbor': [
    'interface',
    'address',
    'address4',
    'address6',
    'mac-address',
    'identity',
    'platform',
    'version',
    'board',
    'interface-name',
    'system-description',
    'system-caps',
    'system-caps-enabled',
    'discovered-by',
  ],
  'interface/wifi/registration-table': ['interface', 'mac-address', 'ssid', 'uptime', 'signal'],
  'interface/wifiwave2/registration-table': ['interface', 'mac-address', 'ssid', 'uptime', 'signal'],
  'interface/wireless/registration-table': ['interface', 'mac-address', 'ap', 'uptime', 'signal-strength'],
  'caps-man/registration-table': ['interface', 'mac-address', 'ssid', 'uptime', 'rx-signal'],
} as const

export type Menu = keyof typeof properties

/** Without rows of these a router cannot be told at all. */
const needed = ['system/identity', 'system/resource', 'interface'] as const satisfies Menu[]

/**
 * What a router sees of others. These may fail, and are a gap then; what makes up the router itself is read whole or not
 * at all: half of it would look like a change, and without its neighbours ways would be taken for ports.
 */
const seen: ReadonlySet<Menu> = new Set([
  'interface/bridge/host',
  'ip/arp',
  'ipv6/neighbor',
  'ip/dhcp-server/lease',
  'interface/wifi/registration-table',
  'interface/wifiwave2/registration-table',
  'interface/wireless/registration-table',
  'caps-man/registration-table',
])

/** Everything that one router told, by menu; a menu that its release lacks is empty. */
export interface RouterAnswers {
  rows: Readonly<Record<Menu, readonly Row[]>>
  /** Menus that this release has. */
  known: ReadonlySet<Menu>
  /** What could not be read, for people. */
  gaps: string[]
}

/** Reads every menu, one after the other: small routers have one slow core. */
export async function readMenus(client: RouterClient, signal: AbortSignal): Promise<RouterAnswers> {
  const rows: Partial<Record<Menu, readonly Row[]>> = {}
  const known = new Set<Menu>()
  const gaps: string[] = []
  for (const menu of Object.keys(properties) as Menu[]) {
    try {
      const found = await client.print(menu, properties[menu], signal)
      if (found !== undefined) known.add(menu)
      rows[menu] = found ?? []
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof AppError) || !seen.has(menu) || isFinal(error)) throw error
      gaps.push(`${menu} could not be read (${error.message})`)
      rows[menu] = []
    }
  }
  const missing = needed.filter((menu) => rows[menu]!.length === 0)
  if (missing.length > 0)
    throw new AppError('SOURCE_ANSWER_INVALID', `The router tells nothing of ${missing.join(', ')}`, {
      hint: 'Right after a restart it may answer before it knows itself; try again in a minute.',
    })
  return { rows: rows as Record<Menu, readonly Row[]>, known, gaps }
}

/** No other menu will do better. */
const isFinal = ({ code }: AppError): boolean =>
  ['SOURCE_UNREACHABLE', 'SOURCE_REJECTED_LOGIN', 'SOURCE_NOT_TRUSTED', 'SOURCE_FILE_UNREADABLE'].includes(
    code,
  )
