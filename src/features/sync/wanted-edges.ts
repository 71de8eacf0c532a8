import { mergePortLinks, toPortLink } from '#features/sync/link-ports.ts'
import type { PortLink } from '#features/sync/link-ports.ts'
import { edgeKey } from '#features/sync/relationship-queries.ts'
import type { Edge } from '#features/sync/relationship-queries.ts'
import { canonicalJson } from '#kernel/json.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { ReportedRelationship } from '#model/record.ts'

/** What records of one source say of others, by the source id of who tells. */
export type Told = ReadonlyMap<string, readonly ReportedRelationship[]>

interface Draft extends Omit<Edge, 'metadata'> {
  metadata: string
  links: PortLink[]
}

/**
 * The relationships that records tell, as far as both sides are known. A connection has no direction: it stands once,
 * with the older device as parent, and holds every line between the two with the ports on either side.
 */
export function wantedEdges(
  told: Told,
  deviceOf: (sourceId: string) => number | undefined,
  deviceByKey: (key: string) => number | undefined,
): Map<string, Edge> {
  const drafts = new Map<string, Draft>()
  for (const [sourceId, relations] of told) {
    const own = deviceOf(sourceId)
    if (own === undefined) continue
    for (const relation of relations) {
      const other = otherSide(relation, own, deviceOf, deviceByKey)
      if (other !== undefined && other !== own) note(drafts, own, other, relation)
    }
  }
  return new Map([...drafts].map(([key, draft]) => [key, edgeOf(draft)]))
}

function otherSide(
  { sourceId, keys = [] }: ReportedRelationship,
  own: number,
  deviceOf: (sourceId: string) => number | undefined,
  deviceByKey: (key: string) => number | undefined,
): number | undefined {
  if (sourceId !== undefined) return deviceOf(sourceId)
  for (const key of keys) {
    const device = deviceByKey(key)
    if (device !== undefined && device !== own) return device
  }
  return undefined
}

function note(drafts: Map<string, Draft>, own: number, other: number, relation: ReportedRelationship): void {
  const { type, metadata } = relation
  const isConnection = type === 'connects_to'
  const ownIsParent = isConnection ? own < other : relation.other === 'child'
  const [parent, child] = ownIsParent ? [own, other] : [other, own]
  const key = edgeKey({ parent, child, type, metadata: '' })
  const draft = drafts.get(key) ?? { parent, child, type, metadata: '', links: [] }
  drafts.set(key, draft)
  if (isConnection) draft.links.push(toPortLink(metadata, ownIsParent ? 'parent' : 'child'))
  // Both sides may tell of it; whichever page came first, the same is kept.
  const given = canonicalJson(metadata ?? {})
  if (draft.metadata < given) draft.metadata = given
}

const edgeOf = ({ links, ...edge }: Draft): Edge =>
  edge.type === 'connects_to'
    ? { ...edge, metadata: canonicalJson({ links: mergePortLinks(links) } as unknown as JsonObject) }
    : edge
