import type { Context } from '#features/context.ts'
import { shift } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'
import {
  findKey,
  forgetKeys,
  freeKey,
  keepAnswer,
  type KeptAnswer,
  takeKey,
} from '#surfaces/http/idempotency-queries.ts'
import { problemOf } from '#surfaces/problem.ts'

/** An answer as it goes over the wire. */
export interface WireAnswer {
  status: number
  /** Undefined for an answer without a body. */
  body: string | undefined
  problem?: boolean | undefined
  location?: string | undefined
  etag?: string | undefined
}

type Parts = Pick<Context, 'db' | 'clock' | 'secrets'>

/** How long an answer is kept, in milliseconds. */
export const keptFor = 24 * 60 * 60 * 1000

/**
 * Answers a request that carries an Idempotency-Key: runs it once and gives the same answer to every
 * repetition for 24 hours. The answer is sealed at rest, since some hold a secret that is shown once.
 * A failure that may pass (`retry`), and an abort, free the key; every other failure is an answer too.
 */
export async function answerOnce(
  parts: Parts,
  request: { actor: Actor; key: string; hash: string; path: string },
  work: () => Promise<WireAnswer>,
): Promise<WireAnswer & { replayed: boolean }> {
  const { key, hash } = request
  assertKey(key)
  const { db } = parts
  const owner = `${request.actor.name}#${request.actor.userId ?? ''}`
  await forgetOld(parts)
  if (!(await takeKey(db, { actor: owner, key, requestHash: hash, now: parts.clock.now() }))) {
    return { ...replay(parts, await findKey(db, owner, key), hash), replayed: true }
  }
  let answer: WireAnswer
  try {
    answer = await work()
  } catch (thrown) {
    const failure = problemAnswer(thrown, request.path)
    await (failure ? keepAnswer(db, owner, key, sealed(parts, failure)) : freeKey(db, owner, key))
    throw thrown
  }
  await keepAnswer(db, owner, key, sealed(parts, answer))
  return { ...answer, replayed: false }
}

const lastForgotten = new WeakMap<object, string>()

/** Forgets old keys, at most once a minute: every write is a durable commit. */
async function forgetOld({ db, clock }: Parts): Promise<void> {
  const now = clock.now()
  const last = lastForgotten.get(db)
  if (last !== undefined && shift(last, 60_000) > now) return
  lastForgotten.set(db, now)
  await forgetKeys(db, shift(now, -keptFor))
}

function assertKey(key: string): void {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return
  throw new AppError('INPUT_INVALID', 'The header Idempotency-Key cannot be used', {
    complaints: [{ path: 'Idempotency-Key', expected: '1 to 255 printable characters without spaces' }],
  })
}

const sealed = ({ secrets }: Parts, answer: WireAnswer) => ({
  status: answer.status,
  response: secrets.seal(JSON.stringify(answer)),
})

function problemAnswer(thrown: unknown, instance: string): WireAnswer | undefined {
  if (!(thrown instanceof AppError) || thrown.retry || thrown.code === 'INTERNAL') return undefined
  const problem = problemOf(thrown, { instance })
  return { status: problem.status, body: JSON.stringify(problem), problem: true }
}

function replay({ secrets }: Parts, kept: KeptAnswer | undefined, requestHash: string): WireAnswer {
  if (kept && kept.requestHash !== requestHash) {
    throw new AppError('IDEMPOTENCY_REUSED', 'This Idempotency-Key was used for a different request', {
      hint: 'Make a new key for each new request; repeat a key only with exactly the same request.',
    })
  }
  if (kept?.response === undefined) {
    throw new AppError(
      'CONFLICT',
      'A request with this Idempotency-Key is still running, or its outcome was lost',
      {
        hint: 'Ask again in a moment. If this stays, look at what there is before you try with a new key.',
      },
    )
  }
  return JSON.parse(secrets.open(kept.response)) as WireAnswer
}
