import { createForemanClient, type ForemanClient } from '#sources/foreman/client.ts'
import { readHosts } from '#sources/foreman/read-hosts.ts'
import { readSurroundings } from '#sources/foreman/read-surroundings.ts'
import type { Reading } from '#sources/foreman/reading.ts'
import { foremanSettings, type ForemanSettings } from '#sources/foreman/settings.ts'
import { tryForeman } from '#sources/foreman/trial.ts'
import { sourceType, type Page, type Source, type SourceTools, type Verdict } from '#sources/source.ts'

async function* readAll(
  client: ForemanClient,
  settings: ForemanSettings,
  { clock }: SourceTools,
  signal: AbortSignal,
): AsyncGenerator<Page, Verdict> {
  const { around, warnings } = await readSurroundings(client, settings, clock.now(), signal)
  if (warnings.length > 0) yield { records: [], warnings }
  const reading: Reading = { client, settings, around, signal, gaps: new Set(), isBlind: false }
  yield* readHosts(reading)
  const { gaps } = reading
  return gaps.size > 0 ? { complete: false, reason: `${[...gaps].join('; ')}.` } : { complete: true }
}

/** Foreman, with or without Katello, and what is made of it (Satellite, orcharhino): its hosts with their facts. */
export const foremanSource = sourceType({
  type: 'foreman',
  system: 'foreman',
  title: 'Foreman',
  summary: 'Hosts of Foreman, Satellite or orcharhino, with their interfaces and all facts that they tell.',
  settings: foremanSettings,
  provesAbsence: true,
  open(settings, tools): Source {
    const connected = () => createForemanClient(settings, tools)
    return {
      async test(signal) {
        const client = connected()
        return tryForeman(client, settings, signal).finally(() => client.close())
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
