/** A device as far as causes go. */
export interface Place {
  id: number
  name: string
  isNetwork: boolean
  site: string | null
  rack: string | null
}

export interface Tie {
  parent: number
  child: number
  type: string
}

/** What hangs on what, as the inventory knows it. */
export interface Topology {
  places: ReadonlyMap<number, Place>
  /** What a device runs on. */
  hosts: ReadonlyMap<number, readonly number[]>
  /** The switches and the like that a machine is connected to. */
  switches: ReadonlyMap<number, readonly number[]>
  /** Who manages it: a common factor, though its loss alone brings nobody down. */
  managers: ReadonlyMap<number, readonly number[]>
}

export const emptyTopology: Topology = {
  places: new Map(),
  hosts: new Map(),
  switches: new Map(),
  managers: new Map(),
}

export function topologyOf(places: readonly Place[], ties: readonly Tie[]): Topology {
  const byId = new Map(places.map((place) => [place.id, place]))
  const [hosts, switches, managers] = [
    new Map<number, number[]>(),
    new Map<number, number[]>(),
    new Map<number, number[]>(),
  ]
  const add = (map: Map<number, number[]>, child: number, parent: number) => {
    if (!byId.has(child) || !byId.has(parent)) return
    const known = map.get(child)
    if (known === undefined) map.set(child, [parent])
    else known.push(parent)
  }
  for (const { parent, child, type } of ties) {
    if (type === 'hosts') add(hosts, child, parent)
    else if (type === 'manages') add(managers, child, parent)
    else if (type === 'connects_to') {
      // A connection has no direction: the network is above the machines. Between two switches it says nothing.
      const [one, other] = [byId.get(parent), byId.get(child)]
      if (one?.isNetwork && other && !other.isNetwork) add(switches, child, parent)
      else if (other?.isNetwork && one && !one.isNetwork) add(switches, parent, child)
    }
  }
  return { places: byId, hosts, switches, managers }
}

/** So many steps up are looked at; longer ways are mistakes of a source. */
const mostSteps = 8

/**
 * The device furthest up whose loss explains the loss of this one; undefined where everything above it lives. A machine
 * on several switches is lost with all of them only.
 */
export function lostAbove(
  device: number,
  { hosts, switches }: Topology,
  isDown: (device: number) => boolean,
): number | undefined {
  return above(device, 0)

  function above(below: number, steps: number): number | undefined {
    if (steps >= mostSteps) return undefined
    for (const host of hosts.get(below) ?? []) {
      const found = above(host, steps + 1) ?? (isDown(host) ? host : undefined)
      if (found !== undefined && found !== device) return found
    }
    const ways = (switches.get(below) ?? []).map(
      (each) => above(each, steps + 1) ?? (isDown(each) ? each : undefined),
    )
    return ways.length > 0 && ways.every((way) => way !== undefined && way !== device) ? ways[0] : undefined
  }
}

/** Something that several machines have in common and may have lost together. */
export interface Common {
  key: string
  /** As a sentence begins: `Switch sw-1`, `Rack r12`. */
  name: string
  deviceId: number | null
  /** The higher the nearer to the machines: of two that explain the same, the nearer one is told. */
  nearness: number
}

const fleet: Common = { key: 'fleet', name: 'The fleet', deviceId: null, nearness: 0 }

/** All that a machine has in common with others, itself included where others hang on it. */
export function commonsOf(device: number | null, topology: Topology): Common[] {
  if (device === null) return [fleet]
  const { places, hosts, switches, managers } = topology
  const found = new Map<string, Common>([[fleet.key, fleet]])
  const visit = (id: number, steps: number) => {
    const place = places.get(id)
    if (!place || steps > mostSteps) return
    const key = `device:${id}`
    if (found.has(key)) return
    found.set(key, { key, name: place.name, deviceId: id, nearness: 10 - steps })
    for (const above of [...(hosts.get(id) ?? []), ...(switches.get(id) ?? []), ...(managers.get(id) ?? [])])
      visit(above, steps + 1)
  }
  visit(device, 0)
  const place = places.get(device)
  if (place?.rack) {
    const key = `rack:${place.site ?? ''}/${place.rack}`
    found.set(key, { key, name: `Rack ${place.rack}`, deviceId: null, nearness: 2 })
  }
  if (place?.site)
    found.set(`site:${place.site}`, {
      key: `site:${place.site}`,
      name: `Site ${place.site}`,
      deviceId: null,
      nearness: 1,
    })
  return [...found.values()]
}
