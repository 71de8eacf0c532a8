import { createPuppetdbClient, type PuppetdbClient } from '#sources/puppetdb/client.ts'
import { toDevice, toFacts } from '#sources/puppetdb/mapping.ts'
import { readFacts, readNodes } from '#sources/puppetdb/read-nodes.ts'
import { puppetdbSettings, type PuppetdbSettings } from '#sources/puppetdb/settings.ts'
import { tryPuppetdb } from '#sources/puppetdb/trial.ts'
import { sourceType, type Page, type Source, type SourceTools, type Verdict } from '#sources/source.ts'

const names = (all: readonly string[]): string =>
  all.length > 10 ? `${all.slice(0, 10).join(', ')} and ${all.length - 10} more` : all.join(', ')

async function* readAll(
  client: PuppetdbClient,
  settings: PuppetdbSettings,
  { clock }: SourceTools,
  signal: AbortSignal,
): AsyncGenerator<Page, Verdict> {
  const { nodes, gaps } = await readNodes(client, settings, signal)
  const missing: string[] = []
  const size = settings.nodesPerRequest
  for (let start = 0; start < nodes.length; start += size) {
    const piece = await readFacts(client, nodes.slice(start, start + size), signal)
    missing.push(...piece.missing)
    const facts = piece.read.flatMap((each) =>
      settings.facts && each.inventory !== undefined
        ? [toFacts({ ...each, inventory: each.inventory }, settings, clock.now())]
        : [],
    )
    yield { records: piece.read.map((each) => toDevice(each)), facts, total: nodes.length }
  }
  if (missing.length > 0) gaps.push(`the facts of these nodes did not come: ${names(missing)}`)
  return gaps.length > 0 ? { complete: false, reason: `${gaps.join('; ')}.` } : { complete: true }
}

/** PuppetDB: the nodes of a Puppet installation with all the facts that they told. */
export const puppetdbSource = sourceType({
  type: 'puppetdb',
  system: 'puppet',
  title: 'PuppetDB',
  summary: 'Machines that Puppet manages, with their hardware, interfaces, and all facts that they tell.',
  settings: puppetdbSettings,
  provesAbsence: true,
  open(settings, tools): Source {
    const connected = () => createPuppetdbClient(settings, tools)
    return {
      async test(signal) {
        const client = connected()
        return tryPuppetdb(client, settings, signal).finally(() => client.close())
      },
      async *read(signal) {
        signal.throwIfAborted()
        const client = connected()
        try {
          return yield* readAll(client, settings, tools, signal)
        } finally {
          await client.close()
        }
      },
    }
  },
})
