import { AppError } from '#kernel/errors.ts'
import type { Answer, ProxmoxClient } from '#sources/proxmox/client.ts'
import type { ProxmoxSettings } from '#sources/proxmox/settings.ts'

/** What one reading shares: whom to ask, and what was found wanting on the way. */
export interface Reading {
  client: ProxmoxClient
  settings: ProxmoxSettings
  mayAskAgents: boolean
  signal: AbortSignal
  /** Nodes that do not answer: neither they nor their guests are asked again. */
  unreachable: Set<string>
  /** Guests whose agent was on and did not answer, by name. */
  silentAgents: string[]
  /** Guests whose containers or agents may not be asked, by name. */
  closedAgents: string[]
  /** Parts of nodes that may not be seen: `network of pve1`. */
  closedParts: string[]
}

/** Answers of the asked node, or of the one that passed the question on: 595 no way to it, 596 and 599 no answer. */
const nodeIsAway = (status: number): boolean => status === 595 || status === 596 || status === 599

const semantic = [400, 403, 404, 500, 501, 595, 596, 599]

/** What became of a question to one node. */
export type NodeAnswer =
  | { is: 'data'; data: unknown }
  | { is: 'forbidden' }
  | { is: 'away' }
  | { is: 'failed'; reason: string }

function judge({ status, data, reason }: Answer): NodeAnswer {
  if (status === 403) return { is: 'forbidden' }
  if (nodeIsAway(status)) return { is: 'away' }
  return status < 300 ? { is: 'data', data } : { is: 'failed', reason: reason || `status ${status}` }
}

/** Asks one node, by way of whichever node we talk to. A question that is never answered means that the node is away. */
export async function askNode(
  { client, unreachable, signal }: Reading,
  node: string,
  path: string,
  query: Record<string, string | number> = {},
): Promise<NodeAnswer> {
  if (unreachable.has(node)) return { is: 'away' }
  const asked = `/nodes/${encodeURIComponent(node)}${path}`
  const answer = await client
    .get(asked, { query, expect: semantic, tries: 2, failover: true, signal })
    .then(judge, (error: unknown) => {
      if (error instanceof AppError && error.code === 'SOURCE_TIMEOUT') return { is: 'away' } as const
      throw error
    })
  if (answer.is === 'away') unreachable.add(node)
  return answer
}

/** Asks inside a guest: it may be slow or silent without anything being wrong with its node. */
export async function askGuest(reading: Reading, path: string): Promise<NodeAnswer> {
  const question = { expect: semantic, tries: 1, timeoutMs: 5000, failover: false, signal: reading.signal }
  return reading.client.get(path, question).then(judge, (error: unknown) => {
    if (error instanceof AppError && error.code === 'SOURCE_TIMEOUT')
      return { is: 'failed', reason: 'no answer' } as const
    throw error
  })
}
