import type { Place } from '#sources/vcenter/answers.ts'

/** vSphere keeps names with `/`, `\` and `%` written as in addresses. */
export const plainName = (name: string): string =>
  name.replaceAll(/%(2f|5c|25)/gi, (escaped) => decodeURIComponent(escaped))

interface Known {
  type: string
  name: string
  parent: string | undefined
}

/** Where things lie, and what networks are called. */
export interface Places {
  add(id: string, type: string, place: Place): void
  /** The datacenter that something below it lies in. */
  datacenter(parent: string | undefined): string | undefined
  /** Folders from the datacenter down, without the one that every datacenter has for each kind: `Linux/Web`. */
  folder(parent: string | undefined): string | undefined
  /** Resource pools and vApps from the cluster or host down, without the one that each of them has. */
  pool(id: string | undefined): string | undefined
  network(id: string | undefined): { name: string; vlan?: number | undefined } | undefined
}

/** Places lie at most some ten deep; a circle would have no end. */
const deepest = 50

const vlanOf = ({ config }: Place): number | undefined => {
  const told = config?.defaultPortConfig?.vlan?.vlanId
  // A trunk has ranges, and 0 is none.
  return typeof told === 'string' && Number(told) > 0 ? Number(told) : undefined
}

/** Collects places as they are read; everything that lies in them is read after them. */
export function createPlaces(): Places {
  const places = new Map<string, Known>()
  const networks = new Map<string, { name: string; vlan?: number | undefined }>()

  function above(id: string | undefined): Known[] {
    const chain: Known[] = []
    for (let at = places.get(id ?? ''); at !== undefined && chain.length < deepest;) {
      chain.push(at)
      at = places.get(at.parent ?? '')
    }
    return chain
  }

  /** Names of the places of these types that follow on each other from here upwards, the topmost first but left out. */
  function path(id: string | undefined, types: readonly string[]): string | undefined {
    const chain = above(id)
    const end = chain.findIndex(({ type }) => !types.includes(type))
    const names = (end === -1 ? chain : chain.slice(0, end)).map(({ name }) => name).toReversed()
    return names.slice(1).join('/') || undefined
  }

  return {
    add(id, type, place) {
      const name = plainName(place.name)
      if (type.endsWith('Network') || type === 'DistributedVirtualPortgroup') {
        networks.set(id, { name, vlan: vlanOf(place) })
        const opaque = place.summary?.opaqueNetworkId
        if (opaque !== undefined) networks.set(opaque, { name })
      } else places.set(id, { type, name, parent: place.parent })
    },
    datacenter: (parent) => above(parent).find(({ type }) => type === 'Datacenter')?.name,
    folder: (parent) => path(parent, ['Folder', 'StoragePod']),
    pool: (id) => path(id, ['ResourcePool', 'VirtualApp']),
    network: (id) => networks.get(id ?? ''),
  }
}
