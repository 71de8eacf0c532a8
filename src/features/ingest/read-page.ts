import type { Context } from '#features/context.ts'
import { seriesSink } from '#features/ingest/batch-sinks.ts'
import { isLoopback, cleanHost } from '#features/ingest/host-name-of.ts'
import { intakeMemory } from '#features/ingest/intake-memory.ts'
import type { ScrapeAccess } from '#features/ingest/scrape-shapes.ts'
import { takeSamples, type Taken } from '#features/ingest/take-samples.ts'
import { type PageHeld, readTextPage } from '#features/ingest/text-format.ts'
import type { Sink } from '#features/ingest/sink.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import { systemActor } from '#model/actor.ts'
import { createHttpClient, type HttpClient } from '#sources/http-client.ts'

/** A page of metrics and how it is reached. */
export interface Page {
  url: string
  serverId: string | null
  intervalSeconds: number
  timeoutSeconds: number
  labels: Readonly<Record<string, string>>
  access: ScrapeAccess
}

export const scraper = systemActor('scrape')

const pageAtMost = 16_777_216
const accept =
  'application/openmetrics-text;version=1.0.0;q=0.5, text/plain;version=0.0.4;q=0.9, text/plain;q=0.3, */*;q=0.1'

/** A client for one page; it holds a connection until it is closed. */
export function openPage(
  { url, access: { tls, auth }, timeoutSeconds }: Page,
  context: Pick<Context, 'clock'>,
): HttpClient {
  return createHttpClient(
    {
      baseUrl: new URL(url).origin,
      headers: { accept, ...authorization(auth) },
      ...(tls === undefined ? {} : { tls }),
      timeoutMs: timeoutSeconds * 1_000,
      maxBodyBytes: pageAtMost,
      connections: 1,
    },
    context,
  )
}

function authorization(auth: ScrapeAccess['auth']): Record<string, string> {
  if (auth === undefined) return {}
  if ('token' in auth) return { authorization: `Bearer ${auth.token}` }
  return { authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}` }
}

/** What a page says now. */
export interface PageText {
  text: string
  isOpenMetrics: boolean
}

export async function fetchPage(
  client: HttpClient,
  { url }: Pick<Page, 'url'>,
  signal: AbortSignal,
): Promise<PageText> {
  const { pathname, search } = new URL(url)
  // A page that does not answer in time is asked again at the next turn, not before.
  const answer = await client.text('GET', pathname + search, { signal, tries: 1 })
  return {
    text: answer.body,
    isOpenMetrics: (answer.headers['content-type'] ?? '').startsWith('application/openmetrics-text'),
  }
}

/** Reads what a page says into a sink, with the page's own labels added. */
export function readPage<Series>(
  { text, isOpenMetrics }: PageText,
  page: Pick<Page, 'url' | 'labels'>,
  at: number,
  sink: Sink<Series>,
): PageHeld {
  const added = { instance: new URL(page.url).host, ...page.labels }
  return readTextPage(
    text,
    { at, isOpenMetrics },
    {
      ...sink,
      series: (identity, labels) =>
        sink.series(`${page.url}\0${identity}`, () => ({ ...added, ...labels() })),
    },
  )
}

/** Takes what a page says as readings of its server. */
export async function takePage(
  context: Parameters<typeof takeSamples>[0],
  page: Page,
  content: PageText,
): Promise<Taken & { held: PageHeld }> {
  const at = toMilliseconds(context.clock.now())
  const { hosts } = intakeMemory(context)
  const name = page.serverId ?? cleanHost(page.labels['instance'] ?? new URL(page.url).host)
  const host = name === undefined || isLoopback(name) ? undefined : hosts.named(name)
  let held: PageHeld = { samples: 0, histograms: 0, exemplars: 0, wrong: [] }
  const taken = await takeSamples(
    context,
    (batch) => void (held = readPage(content, page, at, seriesSink(batch))),
    { actor: scraper, isWhole: true, host, interval: page.intervalSeconds },
  )
  return { ...taken, held }
}
