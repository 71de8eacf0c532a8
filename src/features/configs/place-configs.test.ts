import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { placeVersions, type StoredVersion, type ToldVersion } from '#features/configs/place-configs.ts'

const told = (hash: string, day: number, revision: string | null = null): ToldVersion => ({
  hash,
  retrievedAt: `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`,
  revision,
})

const stored = (version: number, each: ToldVersion): StoredVersion => ({ id: version * 10, version, ...each })

/** The history as it stands after a placement: hash and revision by number. */
function after(before: readonly StoredVersion[], versions: readonly ToldVersion[]): StoredVersion[] {
  const revisions = new Set(before.flatMap(({ revision }) => revision ?? []))
  const { added, renumbered, identified } = placeVersions(before, versions, revisions)
  const numbers = new Map(renumbered.map(({ id, version }) => [id, version]))
  const names = new Map(identified.map((each) => [each.id, each.told]))
  const kept = before.map((each) => ({
    ...each,
    ...(names.has(each.id)
      ? { revision: names.get(each.id)!.revision, retrievedAt: names.get(each.id)!.retrievedAt }
      : {}),
    version: numbers.get(each.id) ?? each.version,
  }))
  const next = Math.max(0, ...before.map(({ id }) => id)) + 1
  const news = added.map(({ told: each, version }, index) => ({ ...each, id: next + index, version }))
  return [...kept, ...news].toSorted((left, right) => left.version - right.version)
}

const shown = (versions: readonly StoredVersion[]) =>
  versions.map(
    ({ version, hash, revision }) => `${version}:${hash}${revision === null ? '' : `@${revision}`}`,
  )

test('new versions are appended, and the same text again is none', () => {
  const history = after([stored(1, told('a', 1))], [told('a', 2), told('b', 3), told('b', 4), told('a', 5)])

  assert.deepEqual(shown(history), ['1:a', '2:b', '3:a'])
})

test('history that comes late takes its place before what is kept', () => {
  const history = after([stored(1, told('c', 9))], [told('a', 1, 'r1'), told('b', 2, 'r2')])

  assert.deepEqual(shown(history), ['1:a@r1', '2:b@r2', '3:c'])
})

test('a version without a revision turns out to be the one of the same text', () => {
  const before = [stored(1, told('a', 9)), stored(2, told('c', 10))]
  const history = after(before, [told('a', 1, 'r1'), told('b', 2, 'r2'), told('c', 9, 'r3')])

  assert.deepEqual(shown(history), ['1:a@r1', '2:b@r2', '3:c@r3'])
})

test('numbers that a clean-up left free are used before others move', () => {
  const history = after([stored(5, told('e', 9))], [told('a', 1), told('b', 2)])

  assert.deepEqual(shown(history), ['1:a', '2:b', '5:e'])
})

test('a history told in pieces, doubled or at once comes out the same, and a second time changes nothing', () => {
  const change = fc.record({ hash: fc.constantFrom('a', 'b', 'c'), day: fc.integer({ min: 1, max: 28 }) })
  fc.assert(
    fc.property(
      fc.uniqueArray(change, { maxLength: 12, selector: ({ day }) => day }),
      fc.nat({ max: 12 }),
      (changes, cut) => {
        const versions = changes
          .toSorted((left, right) => left.day - right.day)
          .map(({ hash, day }, index) => told(hash, day, `r${index}`))
        const whole = after([], versions)
        const pieces = after(after([], versions.slice(0, cut)), versions)
        assert.deepEqual(shown(pieces), shown(whole))
        assert.deepEqual(after(whole, versions), whole)
        assert.deepEqual(
          whole.map(({ version }) => version),
          whole.map((_, index) => index + 1),
        )
      },
    ),
    { numRuns: 200 },
  )
})
