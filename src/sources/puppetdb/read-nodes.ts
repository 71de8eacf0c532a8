import { AppError } from '#kernel/errors.ts'
import { factsetRow, inventoryRow, nodeRow, type NodeRow } from '#sources/puppetdb/answers.ts'
import type { PuppetdbClient } from '#sources/puppetdb/client.ts'
import type { FactedNode } from '#sources/puppetdb/mapping.ts'

/** All nodes, and why they may not be all. */
export interface NodeList {
  nodes: NodeRow[]
  gaps: string[]
}

const wanted = [
  'certname',
  'deactivated',
  'expired',
  'facts_timestamp',
  'facts_environment',
  'report_timestamp',
  'catalog_timestamp',
  'latest_report_status',
]

const anyState = ['=', 'node_state', 'any']

/**
 * Every node in one answer: PuppetDB has no order that pages could follow (certificate names can't be compared), and one
 * answer is one state of its database. Nodes that are deactivated or expired come only when asked for.
 */
export async function readNodes(
  client: PuppetdbClient,
  wants: { inactive: boolean },
  signal: AbortSignal,
): Promise<NodeList> {
  const state = wants.inactive ? anyState : ['=', 'node_state', 'active']
  const question = { query: ['extract', wanted, state], counts: true }
  const { rows, unreadable, total } = await client.ask('nodes', nodeRow, question, signal)
  const byName = new Map(rows.map((row) => [row.certname, row]))
  const nodes = [...byName.values()].toSorted((left, right) => (left.certname < right.certname ? -1 : 1))
  const gaps: string[] = []
  if (unreadable > 0) gaps.push(`${unreadable} nodes could not be understood`)
  if (total === undefined) gaps.push('it did not say how many nodes there are')
  else if (total !== nodes.length + unreadable)
    gaps.push(`it spoke of ${total} nodes and told ${nodes.length + unreadable}`)
  return { nodes, gaps }
}

/** A piece of the nodes with their facts. */
export interface FactedNodes {
  read: FactedNode[]
  /** Nodes that have facts which did not come. */
  missing: string[]
}

/** More answers in a row that can't be had are no odd machines, but a server that does not work. */
const lostAtMost = 5

/**
 * The facts of some nodes. PuppetDB streams its answers: one that takes too long, or more than it has memory for, ends in
 * the middle with a good status. Then half as many are asked for, down to the one that can't be told.
 */
export async function readFacts(
  client: PuppetdbClient,
  nodes: readonly NodeRow[],
  signal: AbortSignal,
): Promise<FactedNodes> {
  const facted = nodes.filter((node) => node.facts_timestamp !== undefined)
  const bare = nodes.filter((node) => node.facts_timestamp === undefined)
  const told = await readPiece(client, facted, signal)
  const read = [...told.read, ...bare.map((node) => ({ node, inventory: undefined, toldAt: undefined }))]
  return { read: read.toSorted(byName), missing: told.missing }
}

const byName = (left: FactedNode, right: FactedNode): number =>
  left.node.certname < right.node.certname ? -1 : 1

async function readPiece(
  client: PuppetdbClient,
  nodes: readonly NodeRow[],
  signal: AbortSignal,
): Promise<FactedNodes> {
  if (nodes.length === 0) return { read: [], missing: [] }
  try {
    return await askPiece(client, nodes, signal)
  } catch (error) {
    if (!isTooMuch(error)) throw error
    if (nodes.length === 1) return { read: [], missing: [nodes[0]!.certname] }
    const half = Math.ceil(nodes.length / 2)
    const first = await readPiece(client, nodes.slice(0, half), signal)
    if (first.missing.length >= lostAtMost) throw error
    const second = await readPiece(client, nodes.slice(half), signal)
    return { read: [...first.read, ...second.read], missing: [...first.missing, ...second.missing] }
  }
}

const isTooMuch = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'SOURCE_ANSWER_INVALID' || error.code === 'SOURCE_TIMEOUT')

async function askPiece(
  client: PuppetdbClient,
  nodes: readonly NodeRow[],
  signal: AbortSignal,
): Promise<FactedNodes> {
  const names = nodes.map((node) => node.certname)
  // The state must be asked for here as well: facts of inactive nodes are hidden otherwise.
  const query = ['and', anyState, ['in', 'certname', ['array', names]]]
  const inventory = await client.ask('inventory', inventoryRow, { query }, signal)
  const factsets = await client.ask(
    'factsets',
    factsetRow,
    { query: ['extract', ['certname', 'producer_timestamp'], query] },
    signal,
  )
  const facts = new Map(inventory.rows.map((row) => [row.certname, row]))
  const times = new Map(factsets.rows.map((row) => [row.certname, row.producer_timestamp]))
  const read: FactedNode[] = []
  const missing: string[] = []
  for (const node of nodes) {
    const told = facts.get(node.certname)
    if (told === undefined) missing.push(node.certname)
    else read.push({ node, inventory: told, toldAt: times.get(node.certname) })
  }
  return { read, missing }
}
