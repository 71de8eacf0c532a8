import { randomUUID } from 'node:crypto'
import { append, hasAppended } from '#features/audit/append-audit.ts'
import { checkHead, signHead } from '#features/audit/chain-head.ts'
import type { ChainHead } from '#features/audit/chain-head.ts'
import { claimPlaces, moveHead, readHead } from '#features/audit/chain-queries.ts'
import { addCheckpoint, signCheckpoint } from '#features/audit/checkpoint-file.ts'
import type { Checkpoint } from '#features/audit/checkpoint-file.ts'
import { readLine } from '#features/audit/page-queries.ts'
import type { AuditEntry, Context } from '#features/context.ts'
import { every } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { Transaction } from '#database/schema.ts'

type Part = Pick<Context, 'db' | 'clock' | 'config' | 'secrets'>

/**
 * Writes where the chain ends to the checkpoint file, signed and on disk; undefined when the newest mark says it
 * already. Throws CONFLICT where the mark would bless what is wrong: an end that we did not sign, or a database that
 * is older than the newest mark.
 */
export async function writeCheckpoint({ db, clock, config, secrets }: Part): Promise<Checkpoint | undefined> {
  return db.transaction().execute(async (transaction) => {
    // Whoever holds the end of the chain is alone with the file too: no second lock is needed.
    const head = await claimPlaces(transaction, 0, randomUUID())
    if (checkHead(secrets, head) !== 'good') throw notOurs()
    const found = await newestIn(config.audit.checkpointFile)
    const reason = found && (await contradiction(transaction, head, found))
    if (reason) throw reason
    if (found?.id === head.id) return undefined
    return addCheckpoint(config.audit.checkpointFile, ({ hash }) =>
      signCheckpoint(secrets, {
        kind: 'checkpoint',
        id: head.id,
        hash: head.hash,
        at: clock.now(),
        database: head.databaseId,
        after: null,
        previous: hash,
      }),
    )
  })
}

async function newestIn(file: string): Promise<Checkpoint | undefined> {
  let newest: Checkpoint | undefined
  addCheckpoint(file, ({ checkpoint }) => void (newest = checkpoint))
  return newest
}

async function contradiction(
  transaction: Transaction,
  head: ChainHead,
  { id, hash, database }: Checkpoint,
): Promise<AppError | undefined> {
  if (database !== head.databaseId) return otherDatabase()
  if (id > head.id) return olderDatabase(id, head.id)
  const there = id === head.id ? head : await readLine(transaction, id)
  // Where retention removed the line, its signed range speaks for it.
  return there && there.hash !== hash ? rewritten(id) : undefined
}

/**
 * Says that the database is older than its newest checkpoint, or another one, on purpose: after a backup was
 * restored. Writes a line to the trail and begins a new series of checkpoints.
 */
export async function beginSeries(
  { db, clock, config, secrets }: Part,
  entry: AuditEntry,
): Promise<Checkpoint> {
  return db.transaction().execute(async (transaction) => {
    const newest = await newestIn(config.audit.checkpointFile)
    const before = await claimPlaces(transaction, 0, randomUUID())
    const details = { ...entry.details, olderThanCheckpoint: newest?.id ?? null, lastLine: before.id }
    const end = await append(transaction, clock, [{ ...entry, details }])
    // The one place that signs whatever it finds: a person answers for it.
    await moveHead(transaction, { ...end, ...signHead(secrets, end) })
    return addCheckpoint(config.audit.checkpointFile, ({ hash }) =>
      signCheckpoint(secrets, {
        kind: 'restored',
        id: end.id,
        hash: end.hash,
        at: clock.now(),
        database: end.databaseId,
        after: before.id,
        previous: hash,
      }),
    )!
  })
}

/** Writes checkpoints as often as configured, where the chain grew, until the signal aborts. */
export async function keepCheckpoints(
  context: Part & Pick<Context, 'log'>,
  signal: AbortSignal,
): Promise<void> {
  let lastId = -1
  let lastReason: string | undefined
  await every(context.clock, context.config.audit.checkpointSeconds * 1_000, signal, async () => {
    try {
      const { id } = await readHead(context.db)
      if (id === lastId || id === 0) return
      await writeCheckpoint(context)
      lastId = id
      lastReason = undefined
    } catch (err) {
      const reason = err instanceof Error ? err.message : String(err)
      // Once is enough until something else is wrong: the doctor and the verification say it again.
      if (reason !== lastReason) context.log.error({ err }, 'no checkpoint of the audit trail was written')
      lastReason = reason
    }
  })
}

/** The last thing of a process that wrote to the trail. */
export async function lastCheckpoint(context: Part & Pick<Context, 'log'>): Promise<void> {
  if (!hasAppended(context.db)) return
  try {
    await writeCheckpoint(context)
  } catch (err) {
    context.log.warn({ err }, 'no checkpoint of the audit trail was written')
  }
}

const goOn =
  'After restoring a backup: rollcall audit checkpoint --restored. Otherwise somebody changed the database: rollcall audit verify.'

const olderDatabase = (mark: number, last: number): AppError =>
  new AppError(
    'CONFLICT',
    `The database is older than the checkpoint: the trail ends with line ${last} and had ${mark} before; it was restored from a backup or truncated`,
    { hint: goOn },
  )

const otherDatabase = (): AppError =>
  new AppError('CONFLICT', 'The checkpoint file belongs to another database', { hint: goOn })

const rewritten = (id: number): AppError =>
  new AppError('CONFLICT', `Line ${id} of the trail is not the one that its checkpoint names`, { hint: goOn })

const notOurs = (): AppError =>
  new AppError('CONFLICT', 'The end of the audit trail is not signed by Rollcall', { hint: goOn })
