import { parseTimestamp, toMilliseconds, type Timestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import { parseIp } from '#model/ip-address.ts'
import { isUnicastMac, parseMac } from '#model/mac.ts'
import type { DeviceType, ReportedDevice, ReportedInterface } from '#model/record.ts'
import type { TailscaleDevice } from '#sources/tailscale/answers.ts'

const typeOf: Readonly<Record<string, DeviceType>> = {
  ios: 'phone',
  android: 'phone',
  macos: 'workstation',
  windows: 'workstation',
  linux: 'server',
  freebsd: 'server',
  openbsd: 'server',
  tvos: 'iot',
}

const osNames: Readonly<Record<string, string>> = {
  linux: 'Linux',
  windows: 'Windows',
  android: 'Android',
  ios: 'iOS',
  macos: 'macOS',
}

/** A device that has not been connected for this long may be anywhere; in milliseconds. */
const longAgo = 7 * 86_400_000

/** The zero time of Go stands for none. */
const timeOf = (text: string | undefined): Timestamp | undefined =>
  text === undefined || text.startsWith('0001-') ? undefined : parseTimestamp(text)

/** Names that a device has when nobody gave it one. */
const noName = new Set(['localhost', 'unknown', 'android', 'iphone', 'ipad'])

/** What it calls itself; MagicDNS keeps the names apart where that says nothing. */
function nameOf({ hostname, name, nodeId, id }: TailscaleDevice): string {
  const label = name?.split('.')[0]
  const own = hostname?.trim()
  if (own !== undefined && own !== '' && !noName.has(own.toLowerCase())) return own
  return label ?? own ?? nodeId ?? id!
}

function osOf({ os, distro }: TailscaleDevice): string | undefined {
  if (os === undefined) return undefined
  const base = osNames[os.toLowerCase()] ?? os
  if (distro?.name === undefined) return base
  const isSame = distro.name.toLowerCase() === os.toLowerCase()
  return [isSame ? base : `${distro.name.charAt(0).toUpperCase()}${distro.name.slice(1)}`, distro.version]
    .filter(Boolean)
    .join(' ')
}

function statusOf({ connectedToControl, lastSeen }: TailscaleDevice, now: Timestamp): 'active' | 'unknown' {
  if (connectedToControl === true) return 'active'
  const seen = timeOf(lastSeen)
  return seen !== undefined && toMilliseconds(now) - toMilliseconds(seen) < longAgo ? 'active' : 'unknown'
}

/** The tunnel, and the cards that the device's posture tells of. */
function interfacesOf({ addresses, postureIdentity }: TailscaleDevice): ReportedInterface[] {
  const own = addresses.flatMap((address) => parseIp(address) ?? [])
  const cards = (postureIdentity?.hardwareAddresses ?? [])
    .flatMap((text) => parseMac(text) ?? [])
    .filter(isUnicastMac)
  return [
    { name: 'tailscale0', addresses: own, type: 'virtual' },
    ...[...new Set(cards)].toSorted().map((mac): ReportedInterface => ({ name: mac, mac, type: 'physical' })),
  ]
}

const withoutAbsent = (facts: Record<string, unknown>): JsonObject =>
  Object.fromEntries(
    Object.entries(facts).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  ) as JsonObject

const factsOf = (device: TailscaleDevice): JsonObject =>
  withoutAbsent({
    dnsName: device.name,
    user: device.tags.length > 0 ? undefined : device.user,
    tags: device.tags.toSorted(),
    clientVersion: device.clientVersion,
    enabledRoutes: device.enabledRoutes.toSorted(),
    advertisedRoutes: device.advertisedRoutes.toSorted(),
    keyExpires: device.keyExpiryDisabled === true ? undefined : timeOf(device.expires),
    createdAt: timeOf(device.created),
    authorized: device.authorized === false ? false : undefined,
    external: device.isExternal === true ? true : undefined,
    ephemeral: device.isEphemeral === true ? true : undefined,
    ssh: device.sshEnabled === true ? true : undefined,
  })

/**
 * One device of a tailnet. Its id there is the node id, which stays through renames and new keys; the number of older
 * answers stands in where there is none. Machine and node keys are left behind.
 */
export function toDevice(device: TailscaleDevice, now: Timestamp): ReportedDevice | undefined {
  const id = device.nodeId ?? device.id
  if (id === undefined) return undefined
  const serial = device.postureIdentity?.serialNumbers.find((text) => text.trim() !== '')
  const [address] = device.addresses.flatMap((text) => parseIp(text) ?? [])
  const names = [...new Set([device.name, device.hostname].filter((name) => name !== undefined))]
  const os = osOf(device)
  // While it is connected the answer has had no time of its own since October 2025: it is seen now.
  const seenAt = device.connectedToControl === true ? now : timeOf(device.lastSeen)
  return {
    kind: 'device',
    sourceId: id,
    name: nameOf(device),
    deviceType: typeOf[device.os?.toLowerCase() ?? ''] ?? 'unknown',
    status: statusOf(device, now),
    nativeIds: [`node-id:${id.toLowerCase()}`],
    names,
    ...(address === undefined ? {} : { address }),
    ...(serial === undefined ? {} : { serial }),
    ...(os === undefined ? {} : { os }),
    interfaces: interfacesOf(device),
    facts: factsOf(device),
    volatile: withoutAbsent({
      lastSeen: seenAt,
      connected: device.connectedToControl,
      updateAvailable: device.updateAvailable,
      endpoints: device.clientConnectivity?.endpoints,
    }),
  }
}
