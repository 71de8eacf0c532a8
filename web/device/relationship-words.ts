import type { DeviceRelationship } from '../inventory-types.ts'

type Side = `${DeviceRelationship['type']}/${DeviceRelationship['other']}`

/** A relationship as it reads from this device's side, in the order of the page. */
export const relationshipWords: Record<Side, string> = {
  'hosts/parent': 'Runs on',
  'hosts/child': 'Hosts',
  'connects_to/parent': 'Connected to',
  'connects_to/child': 'Connects',
  'backs_up/parent': 'Backed up by',
  'backs_up/child': 'Backs up',
  'manages/parent': 'Managed by',
  'manages/child': 'Manages',
}

export const sides = Object.keys(relationshipWords) as Side[]

/** The relationships in groups of one kind each. */
export const groupedRelationships = (relationships: readonly DeviceRelationship[]) =>
  sides
    .map((side) => ({
      side,
      words: relationshipWords[side],
      members: relationships.filter(({ type, other }) => `${type}/${other}` === side),
    }))
    .filter(({ members }) => members.length > 0)

/** What to send to make a relationship seen from one device: which of the two is the parent. */
export function edgeOf(side: Side, device: string, other: string) {
  const [type, where] = side.split('/') as [DeviceRelationship['type'], DeviceRelationship['other']]
  return where === 'parent' ? { type, parent: other, child: device } : { type, parent: device, child: other }
}
