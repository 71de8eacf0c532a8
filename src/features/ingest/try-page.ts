import { z } from 'zod'
import type { Context } from '#features/context.ts'
import { seriesSink } from '#features/ingest/batch-sinks.ts'
import { Batch } from '#features/ingest/batch.ts'
import { cleanHost, isLoopback } from '#features/ingest/host-name-of.ts'
import { IntakeMemory } from '#features/ingest/intake-memory.ts'
import {
  fetchPage,
  openPage,
  readPage,
  scraper,
  type Page,
  type PageText,
} from '#features/ingest/read-page.ts'
import { refusals } from '#features/ingest/tally.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import { toAppError } from '#kernel/errors.ts'

/** What a page would give; one that cannot be read is an answer too. */
export const PageTrial = z.object({
  ok: z.boolean(),
  message: z.string(),
  hint: z.string().nullable().describe('What to do about it.'),
  errorCode: z.string().nullable(),
  server: z.string().nullable().describe('The server it would be told of.'),
  isNew: z.boolean().describe('Whether that server would be made.'),
  samples: z.number().int(),
  series: z.array(z.string()).describe('What would be kept; rates come with the second reading.'),
  leftOut: z.record(z.string(), z.number().int()),
  refused: z.array(
    z.object({ reason: z.string(), count: z.number().int(), example: z.string(), remedy: z.string() }),
  ),
})
export type PageTrial = z.output<typeof PageTrial>

const nothing = { server: null, isNew: false, samples: 0, series: [], leftOut: {}, refused: [] }

/** Reads a page and says what would become of it, without taking anything. */
export async function tryPage(
  context: Pick<Context, 'db' | 'clock' | 'config' | 'log'>,
  page: Page,
  signal: AbortSignal,
): Promise<PageTrial> {
  const client = openPage(page, context)
  try {
    return await judge(context, page, await fetchPage(client, page, signal))
  } catch (error) {
    signal.throwIfAborted()
    const { code, message, hint = null } = toAppError(error)
    if (code === 'INTERNAL') context.log.error({ err: error }, 'the trial of a page of metrics failed')
    return { ok: false, message, hint, errorCode: code, ...nothing }
  } finally {
    await client.close()
  }
}

async function judge(
  context: Pick<Context, 'db' | 'clock' | 'config'>,
  page: Page,
  content: PageText,
): Promise<PageTrial> {
  const { clock, config } = context
  const memory = new IntakeMemory()
  const at = toMilliseconds(clock.now())
  const name = page.serverId ?? cleanHost(new URL(page.url).host)
  const host = name === undefined || isLoopback(name) ? undefined : memory.hosts.named(name)
  const newBatch = () => {
    const parts = {
      memory,
      config: config.monitoring,
      sender: scraper.name,
      now: at,
      monotonic: clock.monotonic(),
      host,
    }
    const batch = new Batch(parts)
    readPage(content, page, at, seriesSink(batch))
    return batch
  }
  let batch = newBatch()
  for (let tries = 0; tries < 3 && (batch.missing.size > 0 || batch.hasNewName); tries += 1) {
    await memory.hosts.find(context, batch.missing)
    batch = newBatch()
  }
  const drafts = [...batch.drafts()]
  for (const draft of drafts) draft.finish(true)
  const series = new Set(drafts.flatMap(({ told }) => told))
  const { tally } = batch
  const [first] = drafts
  const isNew = first !== undefined && !first.host.isKnown
  const isUseless = series.size === 0 || (isNew && !drafts.some(({ isOfMachine }) => isOfMachine))
  return {
    ok: !isUseless,
    message: isUseless
      ? 'The page can be read, and holds nothing that is kept of a machine'
      : `The page holds ${series.size} series that are kept of ${first?.host.id ?? 'nobody'}`,
    hint: isUseless ? 'It should be the page of node_exporter, or name the server whose page it is.' : null,
    errorCode: null,
    server: first?.host.id ?? null,
    isNew,
    samples: tally.samples,
    series: [...series].toSorted(),
    leftOut: Object.fromEntries(tally.leftOut),
    refused: [...tally.refused].map(([reason, { count, example }]) => ({
      reason,
      count,
      example,
      remedy: refusals[reason],
    })),
  }
}
