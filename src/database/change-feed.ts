import { sql } from 'kysely'
import { setTimeout as wait } from 'node:timers/promises'
import type { OpenDatabase } from '#database/open.ts'
import { listenToPostgres } from '#database/postgres/listen.ts'

/** PostgreSQL's channel of the notices. */
const channel = 'rollcall'
/** PostgreSQL takes payloads below 8000 bytes. */
const payloadLimit = 7_999
const pollMilliseconds = 500

/**
 * Calls back when the database was changed. On PostgreSQL with the payload of each notifyChange, our own included,
 * and once without one after a lost connection, when notices may have been missed. On SQLite without one, soon after
 * another process has written. Resolves when it watches; goes on, over lost connections too, until the signal aborts.
 */
export async function watchChanges(
  opened: OpenDatabase,
  signal: AbortSignal,
  onChange: (payload: string | undefined) => void,
): Promise<void> {
  if (opened.engine === 'postgres') return listenToPostgres(opened.url, channel, signal, onChange)
  let known = opened.outsideChanges!()
  void repeat(signal, () => {
    const now = opened.outsideChanges!()
    if (now !== known) onChange(undefined)
    known = now
  })
}

async function repeat(signal: AbortSignal, look: () => void): Promise<void> {
  while (!signal.aborted) {
    await wait(pollMilliseconds, undefined, { signal, ref: false }).catch(() => {})
    if (signal.aborted) return
    try {
      look()
    } catch {
      // A file that cannot be read for a moment is looked at again; one that is closed is over with its signal.
    }
  }
}

/** Tells whoever watches on PostgreSQL (payload below 8000 bytes, else none); on SQLite the file itself tells. */
export async function notifyChange({ db, engine }: OpenDatabase, payload: string): Promise<void> {
  if (engine === 'sqlite') return
  const short = Buffer.byteLength(payload) > payloadLimit ? '' : payload
  await sql`select pg_notify(${channel}, ${short})`.execute(db)
}
