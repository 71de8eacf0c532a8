import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReportedRecord } from '#model/record.ts'
import type { Source, Verdict } from '#sources/source.ts'

export interface Reading {
  records: ReportedRecord[]
  warnings: string[]
  verdict: Verdict
  largestPage: number
}

/** Everything a source has to say, in one piece. */
export async function readAll(
  source: Source,
  signal: AbortSignal = new AbortController().signal,
): Promise<Reading> {
  const reading: Reading = {
    records: [],
    warnings: [],
    verdict: { complete: false, reason: 'it never ended' },
    largestPage: 0,
  }
  const pages = source.read(signal)
  for (;;) {
    const step = await pages.next()
    if (step.done) return { ...reading, verdict: step.value }
    reading.records.push(...step.value.records)
    reading.warnings.push(...(step.value.warnings ?? []))
    reading.largestPage = Math.max(reading.largestPage, step.value.records.length)
  }
}

/** What every source promises, tried on one that has at least one record. `open` gives a fresh source over the same world. */
export function testSourceContract(name: string, open: () => Source | Promise<Source>): void {
  test(`${name}: a reading of a whole world is complete`, async () => {
    const { verdict, records } = await readAll(await open())
    assert.deepEqual(verdict, { complete: true })
    assert.ok(records.length > 0)
  })

  test(`${name}: source ids are unique and interface names are unique within a record`, async () => {
    const { records } = await readAll(await open())
    const ids = records.map((record) => record.sourceId)
    assert.equal(new Set(ids).size, ids.length)
    for (const record of records) {
      if (record.kind !== 'device') continue
      const names = (record.interfaces ?? []).map((each) => each.name)
      assert.equal(new Set(names).size, names.length, record.sourceId)
    }
  })

  test(`${name}: the same world reads the same twice, volatile facts aside`, async () => {
    const lasting = ({ volatile: _, ...rest }: ReportedRecord) => rest
    const first = (await readAll(await open())).records.map(lasting)
    const second = (await readAll(await open())).records.map(lasting)
    assert.deepEqual(second, first)
  })

  test(`${name}: pages hold at most 1,000 records`, async () => {
    assert.ok((await readAll(await open())).largestPage <= 1000)
  })

  test(`${name}: an abort stops the reading with the signal's own reason`, async () => {
    const reason = new Error('enough')
    await assert.rejects(readAll(await open(), AbortSignal.abort(reason)), (thrown) => thrown === reason)
  })
}
