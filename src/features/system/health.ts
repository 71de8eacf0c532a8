import { stat } from 'node:fs/promises'
import type { Database } from '#database/schema.ts'
import type { Context } from '#features/context.ts'
import { openFile, readSomething } from '#features/system/health-queries.ts'

/** A database that has not answered for so long counts as lost, in milliseconds. */
export const patience = 2_000

/** Questions that may wait for an answer at the same time; each holds a connection. */
const mostWaiting = 3

type Part = Pick<Context, 'db' | 'engine' | 'clock'>

interface Waiting {
  since: number
  answer: Promise<void>
}

const waiting = new WeakMap<Database, Set<Waiting>>()

/**
 * Whether the database answers a real query, by the connections that everything uses, within two seconds. While one
 * hangs, others are asked beside it only now and then, so that asking never uses up the connections.
 */
export async function isDatabaseThere(context: Part): Promise<boolean> {
  const asked = waiting.get(context.db) ?? new Set()
  waiting.set(context.db, asked)
  const now = context.clock.monotonic()
  const isSilent = [...asked].every((each) => now - each.since > patience)
  if (asked.size < mostWaiting && isSilent) ask(context, asked, now)
  const limit = AbortSignal.timeout(patience)
  const tooLate = new Promise<false>((resolve) =>
    limit.addEventListener('abort', () => resolve(false), { once: true }),
  )
  const first = Promise.any([...asked].map((each) => each.answer)).then(
    () => true,
    () => false,
  )
  return Promise.race([first, tooLate])
}

function ask(context: Part, asked: Set<Waiting>, since: number): void {
  const question = { since, answer: answerOf(context) }
  asked.add(question)
  const done = () => asked.delete(question)
  question.answer.then(done, done)
}

async function answerOf({ db, engine }: Part): Promise<void> {
  await readSomething(db)
  if (engine === 'sqlite') await assertSameFile(db)
}

const files = new WeakMap<Database, { path: string; inode: bigint }>()

/** An open file that was removed or replaced still answers, but what is written to it is lost with the process. */
async function assertSameFile(db: Database): Promise<void> {
  const path = files.get(db)?.path ?? (await openFile(db))
  if (path === undefined) return
  const { ino: inode } = await stat(path, { bigint: true })
  const known = files.get(db) ?? { path, inode }
  files.set(db, known)
  if (known.inode !== inode) throw new Error('The database file was replaced')
}
