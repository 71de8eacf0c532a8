import type { SecretBox } from '#features/context.ts'
import type { Page } from '#features/ingest/read-page.ts'
import type { ScrapeRow } from '#features/ingest/scrape-queries.ts'
import { ScrapeAccess, type Scrape } from '#features/ingest/scrape-shapes.ts'

/** How a page is reached; sealed as a whole, since certificates have keys. */
export const openAccess = (row: Pick<ScrapeRow, 'access'>, secrets: SecretBox): ScrapeAccess =>
  row.access === null ? {} : ScrapeAccess.parse(JSON.parse(secrets.open(row.access)))

export const sealAccess = (access: ScrapeAccess, secrets: SecretBox): string | null =>
  Object.keys(access).length === 0 ? null : secrets.seal(JSON.stringify(access))

export const toPage = (row: ScrapeRow, secrets: SecretBox): Page => ({
  url: row.url,
  serverId: row.server_id,
  intervalSeconds: row.interval_seconds,
  timeoutSeconds: row.timeout_seconds,
  labels: row.labels,
  access: openAccess(row, secrets),
})

/** As people see it: without what is secret. */
export function shownScrape(row: ScrapeRow, secrets: SecretBox): Scrape {
  const { tls, auth } = openAccess(row, secrets)
  const { clientKey: _hidden, ...trust } = tls ?? {}
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    serverId: row.server_id,
    foundServerId: row.found_server_id,
    intervalSeconds: row.interval_seconds,
    timeoutSeconds: row.timeout_seconds,
    labels: row.labels,
    tls: tls === undefined ? null : trust,
    auth: auth === undefined ? null : 'token' in auth ? 'token' : 'password',
    paused: row.paused_at !== null,
    outcome: row.outcome === null ? null : row.outcome === 'read' ? 'read' : 'failed',
    outcomeSince: row.outcome_since,
    message: row.message,
    samples: row.samples,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  }
}
