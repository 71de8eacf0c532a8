import type { Context } from '#features/context.ts'
import { fetchPage, openPage, takePage, type Page } from '#features/ingest/read-page.ts'
import { reportTaken } from '#features/ingest/report-taken.ts'
import { noteOutcome, type ScrapeRow, scrapesToRead } from '#features/ingest/scrape-queries.ts'
import { nextTurn } from '#features/ingest/scrape-turns.ts'
import { toPage } from '#features/ingest/scrape-rows.ts'
import { refusals } from '#features/ingest/tally.ts'
import type { Watch, WatchPart } from '#features/monitoring/watch.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import { toAppError } from '#kernel/errors.ts'
import type { HttpClient } from '#sources/http-client.ts'

/** Pages that are read at the same time. */
const atOnce = 16

interface Reader {
  row: ScrapeRow
  page: Page
  client: HttpClient
  due: number
  isReading: boolean
}

/** Reads pages of metrics when it is their time. A page that cannot be read says nothing of its server: silence does. */
export function scrapesPart(): WatchPart & { settled(): Promise<void> } {
  let watch: Watch | undefined
  let stopListening = () => {}
  let isStale = true
  const readers = new Map<number, Reader>()
  const reading = new Set<Promise<void>>()

  async function refresh({ db, clock, secrets, log }: Context): Promise<void> {
    isStale = false
    const rows = new Map((await scrapesToRead(db)).map((row) => [row.id, row]))
    for (const [id, { row, client }] of readers) {
      if (rows.get(id)?.version === row.version) continue
      readers.delete(id)
      void client.close()
    }
    for (const [id, row] of rows) {
      if (readers.has(id)) continue
      try {
        const page = toPage(row, secrets)
        const due = nextTurn(row, toMilliseconds(clock.now()))
        readers.set(id, { row, page, client: openPage(page, { clock }), due, isReading: false })
      } catch (err) {
        log.warn({ err, scrape: row.name }, 'a page of metrics cannot be read as it is set')
      }
    }
  }

  async function read(reader: Reader, { context, lease }: Watch, signal: AbortSignal): Promise<void> {
    const { row, page, client } = reader
    const outcome = await readOnce(context, page, client, signal).catch((error: unknown) => {
      if (signal.aborted) return undefined
      const { code, message } = toAppError(error)
      if (code === 'INTERNAL')
        context.log.error({ err: error, scrape: row.name }, 'a page of metrics could not be taken')
      return { outcome: 'failed' as const, message, samples: null, server: row.found_server_id }
    })
    if (outcome === undefined || !isNews(row, outcome)) return
    const change = {
      outcome: outcome.outcome,
      message: outcome.message,
      samples: outcome.samples,
      found_server_id: outcome.server,
      outcome_since: row.outcome === outcome.outcome ? row.outcome_since : context.clock.now(),
    }
    await lease.mine((transaction) => noteOutcome(transaction, row.id, change))
    reader.row = { ...row, ...change }
  }

  return {
    name: 'scrapes',
    async start(watching) {
      watch = watching
      isStale = true
      stopListening = watching.context.events.subscribe(({ topic }) => {
        if (topic === 'scrape.changed' || topic === 'database.changed') isStale = true
      })
    },
    async tick(signal) {
      if (watch === undefined) return
      const { context } = watch
      if (isStale) await refresh(context)
      const now = toMilliseconds(context.clock.now())
      for (const reader of readers.values()) {
        // A clock that was set back must not leave pages unread for hours.
        if (reader.due - now > reader.row.interval_seconds * 1_000) reader.due = nextTurn(reader.row, now)
        if (reader.due > now || reader.isReading || reading.size >= atOnce) continue
        reader.due = nextTurn(reader.row, now)
        reader.isReading = true
        const work = read(reader, watch, signal)
          .catch((err: unknown) =>
            context.log.error({ err, scrape: reader.row.name }, 'what became of a page could not be noted'),
          )
          .finally(() => {
            reader.isReading = false
            reading.delete(work)
          })
        reading.add(work)
      }
    },
    /** When what is being read has been read. */
    settled: async () => void (await Promise.all(reading)),
    async stop() {
      stopListening()
      await Promise.all([...readers.values()].map(({ client }) => client.close()))
      readers.clear()
      await Promise.all(reading)
      watch = undefined
    },
  }
}

interface Outcome {
  outcome: 'read' | 'failed'
  message: string | null
  samples: number | null
  server: string | null
}

async function readOnce(
  context: Context,
  page: Page,
  client: HttpClient,
  signal: AbortSignal,
): Promise<Outcome> {
  const taken = await takePage(context, page, await fetchPage(client, page, signal))
  await reportTaken(context, new URL(page.url).host, 'scrape', taken)
  const { tally, servers, held } = taken
  const notes = [...tally.refused].map(([reason, { count }]) => `${count} samples: ${refusals[reason]}`)
  if (held.wrong.length > 0) notes.push(`Line ${held.wrong[0]!.line} is not of the text format.`)
  return {
    outcome: 'read',
    message: notes.length > 0 ? notes.join(' ').slice(0, 1_000) : null,
    samples: tally.samples,
    server: [...servers][0] ?? null,
  }
}

/** The number of samples differs a little at every reading; that is no news. */
const isNews = (row: ScrapeRow, { outcome, message, server }: Outcome): boolean =>
  row.outcome !== outcome || row.message !== message || row.found_server_id !== server
