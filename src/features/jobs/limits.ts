import type { RowLimits } from '#features/jobs/action.ts'

/** What holds for all rows of a job beyond the job itself; null for no limit. */
export interface SharedLimits {
  perTarget: number | null
  perCredential: number | null
  rate: { key: string; limit: number; seconds: number } | null
}

/** The limits that `action.limits()` gave for any row of a job: they are of the action and its parameters. */
export const sharedLimits = ({ perTarget, perCredential, rate }: RowLimits): SharedLimits => ({
  perTarget: perTarget ?? null,
  perCredential: perCredential ?? null,
  rate: rate ?? null,
})

/** What a row of an action with limits keeps: empty text where it names none, so that limited rows are found by index. */
export const limitKeys = (limits: RowLimits): { target_key: string; credential_key: string } => ({
  target_key: limits.target ?? '',
  credential_key: limits.credential ?? '',
})

/** A token bucket: `tokens` at a time in milliseconds. */
export interface Bucket {
  tokens: number
  filledAt: number
}

/**
 * How large a bucket is, and tokens a millisecond, so that never more than `limit` rows begin in any `seconds`.
 *
 * A bucket of size b that fills at r lets at most b + r * w begin within any w (the bound of the token bucket, as of the
 * generic cell rate algorithm of ITU-T I.371 with its burst tolerance), and as rows are whole, no more than `limit` when
 * b + r * w < limit + 1. So r = (limit + 1 - b) / w, with w a little longer than asked for, a tenth and at most a second:
 * what begins here arrives there a little earlier or later. Bursts are a tenth of the limit.
 */
export function bucketOf({ limit, seconds }: { limit: number; seconds: number }): {
  size: number
  perMs: number
} {
  const size = Math.max(1, Math.floor(limit / 10))
  const window = seconds * 1000 + Math.min(seconds * 100, 1000) + 1
  return { size, perMs: (limit + 1 - size) / window }
}

/**
 * Fills a bucket up to now and takes up to `wanted` whole tokens. `waitMs` is when the next could be had. A clock that
 * went back fills nothing.
 */
export function takeTokens(
  bucket: Bucket | undefined,
  rate: { limit: number; seconds: number },
  nowMs: number,
  wanted: number,
): { taken: number; bucket: Bucket; waitMs: number } {
  const { size, perMs } = bucketOf(rate)
  const elapsed = bucket === undefined ? 0 : Math.max(0, nowMs - bucket.filledAt)
  const filled = bucket === undefined ? size : Math.min(size, bucket.tokens + elapsed * perMs)
  const taken = Math.min(Math.floor(filled), wanted)
  const tokens = filled - taken
  return {
    taken,
    bucket: { tokens, filledAt: nowMs },
    waitMs: tokens >= 1 ? 0 : Math.ceil((1 - tokens) / perMs),
  }
}

/** A due row and what it would take up. */
export interface DueRow {
  id: number
  target_key: string | null
  credential_key: string | null
}

/** How many rows are at work about each target and with each credential, and what may be begun beside them. */
export class Occupancy {
  readonly #limits: Pick<SharedLimits, 'perTarget' | 'perCredential'>
  readonly #targets: Map<string, number>
  readonly #credentials: Map<string, number>

  constructor(
    limits: Pick<SharedLimits, 'perTarget' | 'perCredential'>,
    targets: ReadonlyMap<string, number>,
    credentials: ReadonlyMap<string, number>,
  ) {
    this.#limits = limits
    this.#targets = new Map(targets)
    this.#credentials = new Map(credentials)
  }

  /** Takes the places of a row, if both are free. */
  take({ target_key: target, credential_key: credential }: DueRow): boolean {
    if (isFull(this.#targets, target, this.#limits.perTarget)) return false
    if (isFull(this.#credentials, credential, this.#limits.perCredential)) return false
    if (target) this.#targets.set(target, (this.#targets.get(target) ?? 0) + 1)
    if (credential) this.#credentials.set(credential, (this.#credentials.get(credential) ?? 0) + 1)
    return true
  }

  /** Targets of which nothing more may be begun. */
  fullTargets(): string[] {
    return [...this.#targets.keys()].filter((key) => isFull(this.#targets, key, this.#limits.perTarget))
  }

  fullCredentials(): string[] {
    return [...this.#credentials.keys()].filter((key) =>
      isFull(this.#credentials, key, this.#limits.perCredential),
    )
  }
}

const isFull = (counts: ReadonlyMap<string, number>, key: string | null, most: number | null): boolean =>
  Boolean(key) && most !== null && (counts.get(key!) ?? 0) >= most
