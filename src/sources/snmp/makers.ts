import type { DeviceType } from '#model/record.ts'
import type { SystemGroup } from '#sources/snmp/system-group.ts'

/** Makers by their number below 1.3.6.1.4.1, which begins the id of their devices. */
const makers: Readonly<Record<number, string>> = {
  2: 'IBM',
  9: 'Cisco',
  11: 'HP',
  43: '3Com',
  171: 'D-Link',
  207: 'Allied Telesis',
  232: 'HPE',
  236: 'Samsung',
  253: 'Xerox',
  311: 'Microsoft',
  318: 'APC',
  343: 'Intel',
  367: 'Ricoh',
  534: 'Eaton',
  641: 'Lexmark',
  664: 'Adtran',
  674: 'Dell',
  789: 'NetApp',
  850: 'Tripp Lite',
  890: 'Zyxel',
  1248: 'Epson',
  1347: 'Kyocera',
  1588: 'Brocade',
  1602: 'Canon',
  1916: 'Extreme Networks',
  1991: 'Ruckus',
  2011: 'Huawei',
  2435: 'Brother',
  2636: 'Juniper',
  3902: 'ZTE',
  4413: 'Ubiquiti',
  4526: 'Netgear',
  5624: 'Enterasys',
  6027: 'Dell',
  6486: 'Alcatel-Lucent',
  6574: 'Synology',
  6876: 'VMware',
  7779: 'Infoblox',
  8741: 'SonicWall',
  10002: 'Ubiquiti',
  11863: 'TP-Link',
  12356: 'Fortinet',
  14179: 'Cisco',
  14823: 'Aruba',
  14988: 'MikroTik',
  18334: 'Konica Minolta',
  24681: 'QNAP',
  25053: 'Ruckus',
  25461: 'Palo Alto Networks',
  25506: 'H3C',
  29671: 'Cisco Meraki',
  30065: 'Arista',
  33049: 'NVIDIA',
  41112: 'Ubiquiti',
  47196: 'HPE Aruba',
  55062: 'QNAP',
}

/** Net-SNMP answers with its own number whatever it runs on. */
const netSnmp = 8072
const ucdSnmp = 2021

const numberOf = ({ objectId = '' }: SystemGroup): number | undefined => {
  const number = /^1\.3\.6\.1\.4\.1\.(\d+)/.exec(objectId)?.[1]
  return number === undefined ? undefined : Number(number)
}

export const makerOf = (system: SystemGroup): string | undefined =>
  system.own.model !== undefined && /synology|ds\d{3,}|rs\d{3,}/i.test(system.own.model)
    ? 'Synology'
    : makers[numberOf(system) ?? 0]

const storageMakers = new Set([789, 6574, 24681, 55062])
const powerMakers = new Set([318, 534, 850])
const printerMakers = new Set([253, 367, 641, 1248, 1347, 1602, 2435, 18334])
const bridges = 2
const routes = 4

/** What a device is, by its maker's number, else by the layers it serves. Undefined for what only its word can tell. */
export function kindOf(system: SystemGroup): { deviceType: DeviceType; role?: string } {
  const maker = numberOf(system)
  const { services = 0, description = '', objectId = '' } = system
  if (
    system.printer !== undefined ||
    printerMakers.has(maker ?? 0) ||
    objectId.startsWith('1.3.6.1.4.1.11.2.3.9.')
  )
    return { deviceType: 'iot', role: 'printer' }
  if (powerMakers.has(maker ?? 0)) return { deviceType: 'iot', role: 'power' }
  if (storageMakers.has(maker ?? 0) || makerOf(system) === 'Synology') return { deviceType: 'storage' }
  if (maker === 311) return { deviceType: objectId.endsWith('.311.1.1.3.1.1') ? 'workstation' : 'server' }
  if (maker === 6876) return { deviceType: 'server', role: 'hypervisor' }
  if (maker === netSnmp || maker === ucdSnmp) {
    const isNetwork = /routeros|openwrt|edgeos|unifi|vyos|cumulus|sonic|airos|\bpfsense|opnsense/i.test(
      description,
    )
    return { deviceType: isNetwork ? 'network_device' : 'server' }
  }
  if ((services & (bridges | routes)) !== 0 || system.bridgeAddress !== undefined)
    return { deviceType: 'network_device' }
  return { deviceType: maker !== undefined && maker in makers ? 'network_device' : 'unknown' }
}

const systems: [RegExp, (found: RegExpExecArray) => string][] = [
  [/^Linux \S+ (\S+)/, ([, version]) => `Linux ${version}`],
  [/\bWindows Version (\S+)/, ([, version]) => `Windows ${version}`],
  [
    /Cisco (IOS[ -]XE|IOS XR|IOS|NX-OS|Adaptive Security Appliance).*?Version ([^\s,]+)/s,
    ([, name, version]) => `Cisco ${name} ${version}`,
  ],
  [/VMware (ESXi?) (\S+)/, ([, name, version]) => `VMware ${name} ${version}`],
  [/RouterOS (?:v)?(\d\S*)/, ([, version]) => `RouterOS ${version}`],
  [/JUNOS (\d[^\s,]*)/i, ([, version]) => `Junos ${version}`],
  [/Arista Networks EOS version (\S+)/, ([, version]) => `Arista EOS ${version}`],
  [/\brevision ([A-Z]{1,2}\.\d+\.\d+[^\s,]*)/, ([, version]) => version!],
  [/^FreeBSD \S+ (\S+)/, ([, version]) => `FreeBSD ${version}`],
]

/** The operating system, where its words are known. */
export function systemNameOf({ description = '', own }: SystemGroup, software: string | undefined) {
  for (const [pattern, name] of systems) {
    const found = pattern.exec(description)
    if (found) return name(found)
  }
  return software ?? own.version
}
