import type { OpenDatabase } from '#database/open.ts'

/**
 * Calls back when another process has changed the database: with the payload of notifyChange on PostgreSQL,
 * without one on SQLite. Resolves when it watches; goes on, over lost connections too, until the signal aborts.
 */
export async function watchChanges(
  _opened: OpenDatabase,
  _signal: AbortSignal,
  _onChange: (payload: string | undefined) => void,
): Promise<void> {}

/** Tells the other processes on PostgreSQL (payload below 8000 bytes); on SQLite the file itself tells. */
export async function notifyChange(_opened: OpenDatabase, _payload: string): Promise<void> {}
