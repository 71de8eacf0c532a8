import type { JsonObject } from '#kernel/json.ts'
import { isOneMachines, parseIp } from '#model/ip-address.ts'
import { parseMac } from '#model/mac.ts'
import type { ReportedInterface } from '#model/record.ts'
import type { GuestNic, VirtualDevice } from '#sources/vcenter/answers.ts'
import { plainName, type Places } from '#sources/vcenter/places.ts'

/** Facts without those that are not there. */
export const present = (facts: Record<string, unknown>): JsonObject =>
  Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''),
  ) as JsonObject

/** Canonical, with prefix length where it is known. */
export function canonicalAddress(text: string | undefined, prefix?: number): string | undefined {
  const address = text === undefined ? undefined : parseIp(text)
  if (address === undefined || prefix === undefined || prefix <= 0) return address
  return `${address}/${prefix}`
}

const byKey = (left: VirtualDevice, right: VirtualDevice): number => (left.key ?? 0) - (right.key ?? 0)

const sizeOf = ({ capacityInBytes, capacityInKB }: VirtualDevice): number | undefined =>
  capacityInBytes ?? (capacityInKB === undefined ? undefined : capacityInKB * 1024)

/** `SCSI 0:1`: where it is plugged in, as people count. */
function slotOf({ controllerKey, unitNumber }: VirtualDevice, devices: readonly VirtualDevice[]) {
  const controller = devices.find(({ key }) => key === controllerKey)
  const kind = /(IDE|AHCI|NVME|SCSI|Lsi|BusLogic)/i.exec(controller?.$type ?? '')?.[1]?.toLowerCase()
  if (controller?.busNumber === undefined || unitNumber === undefined || kind === undefined) return undefined
  const name = { ide: 'IDE', ahci: 'SATA', nvme: 'NVMe' }[kind] ?? 'SCSI'
  return `${name} ${controller.busNumber}:${unitNumber}`
}

/** Disks in the order of their keys. `thin` and `uuid` are those of the disk's file. */
export function toDisks(devices: readonly VirtualDevice[]): {
  disks: JsonObject[]
  bytes: number | undefined
} {
  const disks = devices.filter(({ $type }) => $type.endsWith('VirtualDisk')).toSorted(byKey)
  const sizes = disks.map(sizeOf)
  return {
    disks: disks.map((disk, index) => {
      const [, store, file] = /^\[(.*?)\] ?(.*)$/.exec(disk.backing?.fileName ?? '') ?? []
      const isRaw = disk.backing?.$type?.includes('RawDisk') ?? false
      return present({
        name: disk.deviceInfo?.label ?? `disk ${disk.key}`,
        datastore: store === undefined ? undefined : plainName(store),
        file: file ?? disk.backing?.fileName,
        sizeBytes: sizes[index],
        thin: disk.backing?.thinProvisioned,
        uuid: disk.backing?.uuid?.toLowerCase(),
        slot: slotOf(disk, devices),
        rawDisk: isRaw ? (disk.backing?.lunUuid ?? disk.backing?.deviceName) : undefined,
      })
    }),
    bytes: sizes.some((size) => size === undefined)
      ? undefined
      : sizes.reduce<number>((sum, size) => sum + size!, 0),
  }
}

/** Addresses in these states are another's, on their way out, or not yet in use. */
const unusable = new Set(['deprecated', 'duplicate', 'invalid', 'inaccessible', 'tentative'])

function addressesOf(nics: readonly GuestNic[]): string[] {
  const told = nics.flatMap(({ ipAddress, ipConfig }) =>
    ipConfig === undefined
      ? ipAddress.map((text) => canonicalAddress(text))
      : ipConfig.ipAddress
          .filter(({ state }) => !unusable.has(state ?? ''))
          .map((each) => canonicalAddress(each.ipAddress, each.prefixLength)),
  )
  return [...new Set(told.filter((address) => address !== undefined))].toSorted()
}

/** What the card is plugged into: a port group by its name, or one of a distributed switch by its key. */
function networkOf({ backing }: VirtualDevice, places: Places) {
  const id = backing?.port?.portgroupKey ?? backing?.opaqueNetworkId ?? backing?.network
  const known = places.network(id)
  // The name of a distributed port group that the login may not see is not known.
  const name = known?.name ?? (backing?.port ? undefined : backing?.deviceName)
  return { network: name, networkId: id, vlan: known?.vlan }
}

/** Labels are unique as long as nobody edits the machine's file. */
const uniquely = (names: readonly string[], keys: readonly (number | undefined)[]): string[] =>
  names.map((name, index) => (names.indexOf(name) === index ? name : `${name} (${keys[index] ?? index})`))

const modelOf = (type: string): string => type.replace(/^Virtual/, '').toLowerCase()

/** A machine's cards, with the addresses that its tools report on them. Link-local ones are on every machine. */
export function toCards(
  devices: readonly VirtualDevice[],
  nics: readonly GuestNic[],
  places: Places,
): ReportedInterface[] {
  const cards = devices.filter(({ macAddress }) => macAddress !== undefined).toSorted(byKey)
  const names = uniquely(
    cards.map(({ deviceInfo, key }) => deviceInfo?.label ?? `card ${key}`),
    cards.map(({ key }) => key),
  )
  return cards.map((card, index) => {
    const mac = parseMac(card.macAddress!)
    const isOwn = (nic: GuestNic) =>
      nic.deviceConfigId === card.key || (mac !== undefined && parseMac(nic.macAddress ?? '') === mac)
    const connected = card.connectable?.connected
    return {
      name: names[index]!,
      ...(mac === undefined ? {} : { mac }),
      addresses: addressesOf(nics.filter(isOwn)).filter((address) => isOneMachines(parseIp(address)!)),
      type: 'virtual',
      ...(connected === undefined ? {} : { status: connected ? ('up' as const) : ('down' as const) }),
      metadata: present({ model: modelOf(card.$type), ...networkOf(card, places) }),
    }
  })
}

/** Every address that the tools report, link-local ones too, on the machine's cards and inside of it. */
export const toldAddresses = (nics: readonly GuestNic[]): string[] => [
  ...new Set(addressesOf(nics).map((address) => parseIp(address)!)),
]
