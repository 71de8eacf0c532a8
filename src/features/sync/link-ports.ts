import type { JsonObject } from '#kernel/json.ts'
import { portKey } from '#model/port-name.ts'

/** One line between two devices, by the ports on either side as far as they are known. */
export interface PortLink {
  parentPort?: string | undefined
  childPort?: string | undefined
  /** Who told of it: lldp, cdp, fdb, cable. */
  protocols: string[]
  vlan?: number | undefined
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined

/** What one record says of a line; `tells` is the side of that record. */
export function toPortLink(metadata: JsonObject | undefined, tells: 'parent' | 'child'): PortLink {
  const local = text(metadata?.['localPort'])
  const remote = text(metadata?.['remotePort'])
  const protocol = text(metadata?.['protocol'])
  const vlan = metadata?.['vlan']
  const [parentPort, childPort] = tells === 'parent' ? [local, remote] : [remote, local]
  return {
    ...(parentPort === undefined ? {} : { parentPort }),
    ...(childPort === undefined ? {} : { childPort }),
    protocols: protocol === undefined ? [] : [protocol],
    ...(typeof vlan === 'number' ? { vlan } : {}),
  }
}

const agree = (left: string | undefined, right: string | undefined): boolean =>
  left === undefined || right === undefined || portKey(left) === portKey(right)

/** Of one port the longer spelling is kept, of two that are as long the first in order: the same whoever came first. */
function spelled(left: string | undefined, right: string | undefined): string | undefined {
  if (left === undefined || right === undefined) return left ?? right
  if (left.length !== right.length) return left.length > right.length ? left : right
  return left < right ? left : right
}

/** At least one port has to be the same: of two lines without any in common nothing says that they are one. */
const isSame = (left: PortLink, right: PortLink): boolean =>
  agree(left.parentPort, right.parentPort) &&
  agree(left.childPort, right.childPort) &&
  ((left.parentPort !== undefined && right.parentPort !== undefined) ||
    (left.childPort !== undefined && right.childPort !== undefined) ||
    (left.parentPort === right.parentPort && left.childPort === right.childPort))

const combine = (left: PortLink, right: PortLink): PortLink => {
  const parentPort = spelled(left.parentPort, right.parentPort)
  const childPort = spelled(left.childPort, right.childPort)
  const vlan = left.vlan ?? right.vlan
  return {
    ...(parentPort === undefined ? {} : { parentPort }),
    ...(childPort === undefined ? {} : { childPort }),
    protocols: [...new Set([...left.protocols, ...right.protocols])].toSorted(),
    ...(vlan === undefined ? {} : { vlan }),
  }
}

const knownPorts = ({ parentPort, childPort }: PortLink): number =>
  Number(parentPort !== undefined) + Number(childPort !== undefined)

const orderOf = ({ parentPort = '', childPort = '', protocols, vlan = 0 }: PortLink): string =>
  [parentPort, childPort, protocols.join(), vlan].join('\u0001')

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/**
 * The lines between two devices, each once although both sides tell of it and spell ports differently. The same
 * whatever order they are told in.
 */
export function mergePortLinks(links: readonly PortLink[]): PortLink[] {
  const inOrder = links.toSorted(
    (left, right) => knownPorts(right) - knownPorts(left) || compare(orderOf(left), orderOf(right)),
  )
  const merged: PortLink[] = []
  for (const link of inOrder) {
    const at = merged.findIndex((other) => isSame(other, link))
    if (at < 0) merged.push(link)
    else merged[at] = combine(merged[at]!, link)
  }
  return merged.toSorted((left, right) => compare(orderOf(left), orderOf(right)))
}
