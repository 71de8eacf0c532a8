import type { z } from 'zod'
import { isUniqueViolation } from '#database/constraint-errors.ts'
import { openAccess, sealAccess } from '#features/ingest/scrape-rows.ts'
import { findScrape, insertScrape, type ScrapeRow, updateScrape } from '#features/ingest/scrape-queries.ts'
import type { ScrapeAccess, scrapeFields } from '#features/ingest/scrape-shapes.ts'
import { assertVersion, changedSince } from '#features/inventory/changed-since.ts'
import type { Call } from '#features/operation.ts'
import { assertServerVisible } from '#features/servers/visible-server-queries.ts'
import { AppError } from '#kernel/errors.ts'

type Fields = { [Name in keyof typeof scrapeFields]: z.output<(typeof scrapeFields)[Name]> }
export type NewScrape = Fields & { paused: boolean }
export type ScrapeChange = Partial<NewScrape>

export async function addScrape(call: Call, given: NewScrape): Promise<ScrapeRow> {
  await assertTarget(call, given.serverId)
  const now = call.clock.now()
  return sayTaken(given.name, () =>
    insertScrape(call.db, {
      name: given.name,
      url: given.url,
      server_id: given.serverId,
      interval_seconds: given.intervalSeconds,
      timeout_seconds: given.timeoutSeconds,
      labels: JSON.stringify(given.labels),
      access: sealAccess(accessOf(given.tls, given.auth), call.secrets),
      paused_at: given.paused ? now : null,
      created_by: call.actor.name,
      created_at: now,
      updated_at: now,
    }),
  )
}

export async function editScrape(
  call: Call,
  which: string,
  change: ScrapeChange,
  expectedVersion: number | undefined,
): Promise<ScrapeRow> {
  const { db, actor, clock, secrets } = call
  const row = await findScrape(db, actor, which)
  assertVersion(`The scrape ${row.name}`, row.version, expectedVersion)
  if (change.serverId !== undefined) await assertTarget(call, change.serverId)
  const now = clock.now()
  const isDone = await sayTaken(change.name ?? row.name, () =>
    updateScrape(db, row, {
      name: change.name ?? row.name,
      url: change.url ?? row.url,
      server_id: change.serverId === undefined ? row.server_id : change.serverId,
      interval_seconds: change.intervalSeconds ?? row.interval_seconds,
      timeout_seconds: change.timeoutSeconds ?? row.timeout_seconds,
      labels: JSON.stringify(change.labels ?? row.labels),
      access: sealAccess(changedAccess(row, change, call), secrets),
      paused_at: change.paused === undefined ? row.paused_at : change.paused ? (row.paused_at ?? now) : null,
      updated_at: now,
    }),
  )
  if (!isDone) throw changedSince(`The scrape ${row.name}`)
  return findScrape(db, actor, String(row.id))
}

/** A secret must not go to another machine than the one it was given for. */
function changedAccess(row: ScrapeRow, change: ScrapeChange, { secrets }: Call): ScrapeAccess {
  const { tls, auth } = openAccess(row, secrets)
  const isElsewhere = change.url !== undefined && new URL(change.url).origin !== new URL(row.url).origin
  if (isElsewhere && auth !== undefined && change.auth === undefined)
    throw new AppError('INPUT_INVALID', 'The secret was given for another address', {
      complaints: [{ path: 'auth', expected: 'the token or password for the new address, or null for none' }],
    })
  return accessOf(
    change.tls === undefined ? (tls ?? null) : change.tls,
    change.auth === undefined ? (auth ?? null) : change.auth,
  )
}

const accessOf = (tls: Fields['tls'], auth: Fields['auth']): ScrapeAccess => ({
  ...(tls === null || Object.keys(tls).length === 0 ? {} : { tls }),
  ...(auth === null ? {} : { auth }),
})

/** Whoever is limited by tags reads pages for a server of theirs, which they have to name. */
export async function assertTarget({ db, engine, actor }: Call, serverId: string | null): Promise<void> {
  if (serverId !== null) return assertServerVisible(db, engine, actor, serverId)
  if (actor.tags === undefined) return
  throw new AppError(
    'FORBIDDEN',
    `${actor.name} sees some servers only, and has to name the one whose page it is`,
    {
      complaints: [{ path: 'serverId', value: null, expected: 'a server that you see' }],
    },
  )
}

async function sayTaken<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (isUniqueViolation(error)) throw new AppError('ALREADY_EXISTS', `There is a scrape ${name} already`)
    throw error
  }
}
