import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { AppError } from '#kernel/errors.ts'
import type { Source } from '#sources/source.ts'
import { mutations, seeded, shortMutation } from '#test/mutations.ts'
import { readAll, type Reading } from '#test/source-contract.ts'
import { startRelay } from '#test/spoiling-relay.ts'

/** A system that answers well, and how to read it by another address. */
export interface FuzzTarget {
  /** The address of the system or its fake, http or https, whatever its certificate. */
  url: string
  /** Opens the source with this address in place of its own: plain http. Use a clock that does not wait. */
  open: (url: string) => Source
  /** Passwords and tokens that no message may hold. */
  secrets: readonly string[]
}

export interface FuzzOptions {
  /** How many readings; 64 when absent. */
  runs?: number
  seed?: number
  /** The source knows how much there is, so that a list that came short is noticed. */
  counts?: boolean
  /** False for a source that proves no absence: by it nothing is ever removed, so that it may end with less. */
  provesAbsence?: boolean
}

/**
 * Spoils one answer of each reading, and wants: a clear error of ours or an ending, never `complete` with less than was
 * there, never a secret in a sentence. What isn't complete removes nothing, so this holds for the inventory too.
 */
export function fuzzSource(
  name: string,
  start: (t: TestContext) => Promise<FuzzTarget>,
  options: FuzzOptions = {},
): void {
  test(`${name}: spoiled answers give a clear error or a partial reading, never less called complete`, async (t) => {
    const { runs = 64, seed = 20_261_126, counts = false, provesAbsence = true } = options
    const target = await start(t)
    const relay = await startRelay(t, target.url)
    const well = await readAll(target.open(relay.url))
    assert.deepEqual(well.verdict, { complete: true }, 'it has to read well before it is spoiled')
    const requests = relay.passed()
    const random = seeded(seed)
    const choices = counts ? [...mutations, shortMutation] : mutations
    for (let run = 0; run < runs; run += 1) {
      const mutation = choices[run % choices.length]!
      const at = Math.floor(random() * requests)
      relay.spoil({ at, mutation, random })
      const what = `run ${run}: answer ${at} ${mutation.name}`
      const wanted = provesAbsence ? well : { ...well, records: [] }
      check(wanted, await attempt(target.open(relay.url)), target.secrets, what)
    }
  })
}

type Outcome = { reading: Reading } | { error: unknown }

const attempt = (source: Source): Promise<Outcome> =>
  readAll(source).then(
    (reading) => ({ reading }),
    (error: unknown) => ({ error }),
  )

function check(well: Reading, outcome: Outcome, secrets: readonly string[], what: string): void {
  const said = JSON.stringify(
    'error' in outcome
      ? [String(outcome.error), (outcome.error as AppError).hint]
      : [outcome.reading.verdict, outcome.reading.warnings],
  )
  for (const secret of secrets) assert.ok(!said.includes(secret), `${what}: a secret is told`)
  if ('error' in outcome) {
    assert.ok(outcome.error instanceof AppError, `${what}: ${(outcome.error as Error).stack}`)
    assert.match(outcome.error.code, /^SOURCE_/, what)
    return
  }
  if (!outcome.reading.verdict.complete) return
  const ids = new Set(outcome.reading.records.map((record) => record.sourceId))
  const lost = well.records.map((record) => record.sourceId).filter((id) => !ids.has(id))
  assert.deepEqual(lost, [], `${what}: called complete without these`)
}
