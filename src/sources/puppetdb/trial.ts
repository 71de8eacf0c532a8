import { AppError } from '#kernel/errors.ts'
import { counted } from '#sources/counted.ts'
import { factsetRow, inventoryRow } from '#sources/puppetdb/answers.ts'
import type { PuppetdbClient } from '#sources/puppetdb/client.ts'
import { readNodes } from '#sources/puppetdb/read-nodes.ts'
import type { PuppetdbSettings } from '#sources/puppetdb/settings.ts'
import type { SourceCheck, SourceTest } from '#sources/source.ts'

/** Tries everything that a reading needs, on one node. */
export async function tryPuppetdb(
  client: PuppetdbClient,
  settings: PuppetdbSettings,
  signal: AbortSignal,
): Promise<SourceTest> {
  const release = await client.version(signal)
  const { nodes, gaps } = await readNodes(client, settings, signal)
  const active = nodes.filter((node) => node.deactivated === undefined && node.expired === undefined)
  const holds =
    active.length === nodes.length
      ? counted(nodes.length, 'node')
      : `${counted(nodes.length, 'node')}, ${active.length.toLocaleString('en')} of them active`
  const facted = nodes.filter((node) => node.facts_timestamp !== undefined)
  const checks: SourceCheck[] = [
    { name: 'Reach PuppetDB', result: 'ok', detail: `Release ${release}.` },
    gaps.length === 0
      ? { name: 'Read nodes', result: 'ok', detail: `${holds}.` }
      : { name: 'Read nodes', result: 'limited', detail: `${holds}; ${gaps.join('; ')}.` },
    await tryFacts(client, facted[0]?.certname, signal),
    withFacts(nodes.length, facted.length),
  ]
  const wanting = checks.filter(({ result }) => result !== 'ok')
  return {
    message: `PuppetDB ${release} holds ${holds}.`,
    warnings: wanting.map(({ name, detail }) => `${name}: ${detail}`),
    checks,
  }
}

async function tryFacts(
  client: PuppetdbClient,
  certname: string | undefined,
  signal: AbortSignal,
): Promise<SourceCheck> {
  const name = 'Read facts'
  if (certname === undefined)
    return { name, result: 'limited', detail: 'No node has told any facts, so nothing is known but names.' }
  try {
    const query = ['and', ['=', 'node_state', 'any'], ['=', 'certname', certname]]
    const { rows } = await client.ask('inventory', inventoryRow, { query }, signal)
    const times = await client.ask(
      'factsets',
      factsetRow,
      { query: ['extract', ['certname', 'producer_timestamp'], query] },
      signal,
    )
    const facts = Object.keys(rows[0]?.facts ?? {}).length
    const toldAt = times.rows[0]?.producer_timestamp
    if (facts === 0) return { name, result: 'failed', detail: `The facts of ${certname} did not come.` }
    return {
      name,
      result: 'ok',
      detail: `${counted(facts, 'fact')} of ${certname}${toldAt === undefined ? '' : `, told ${toldAt}`}.`,
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return {
      name,
      result: 'failed',
      detail: `${error.message}.`,
      ...(error.hint === undefined ? {} : { fix: error.hint }),
    }
  }
}

function withFacts(nodes: number, facted: number): SourceCheck {
  const name = 'Nodes with facts'
  const without = nodes - facted
  if (without === 0) return { name, result: 'ok', detail: 'Every node has told facts.' }
  return {
    name,
    result: 'limited',
    detail: `${counted(without, 'node')} told no facts: their addresses and serial numbers are not known here.`,
    fix: 'Run the Puppet agent on them, and check that the Puppet server sends facts to PuppetDB.',
  }
}
