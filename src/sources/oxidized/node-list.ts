import { nodeRow, tellsLogin, type NodeRow } from '#sources/oxidized/answers.ts'
import type { OxidizedClient } from '#sources/oxidized/client.ts'
import { fullNameOf } from '#sources/oxidized/mapping.ts'

/** What Oxidized says of its nodes. */
export interface NodeList {
  /** By their full names, in the order of these. */
  nodes: ReadonlyMap<string, NodeRow>
  /** Entries that could not be understood. */
  unreadable: number
  /** Whether the answer holds logins of devices. */
  hasLogins: boolean
}

/** Reads the list of nodes. A node that is told twice is one. */
export async function readNodeList(client: OxidizedClient, signal: AbortSignal): Promise<NodeList> {
  const rows = await client.nodes(signal)
  const parsed = rows.flatMap((row) => nodeRow.safeParse(row).data ?? [])
  const named = parsed.map((row): [string, NodeRow] => [fullNameOf(row), row])
  const nodes = new Map(named.toReversed())
  return {
    nodes: new Map([...nodes].toSorted(([left], [right]) => (left < right ? -1 : 1))),
    unreadable: rows.length - parsed.length,
    hasLogins: rows.some(tellsLogin),
  }
}
