import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { decodePoints, encodePoints } from '#features/metrics/chunk-codec.ts'
import type { Points } from '#features/metrics/points.ts'
import { chunksOf } from '#kernel/chunks-of.ts'
import { coreMetrics } from '#model/sample.ts'
import { root } from '#test/tracked-files.ts'

const folder = path.join(root, '..', 'shared', 'fixtures', 'metrics')
const options = { skip: existsSync(folder) ? false : 'the recorded metrics are not beside the repository' }

const lines = (file: string) => readFileSync(path.join(folder, file), 'utf8').trim().split('\n').slice(1)

/** Bytes a sample of readings in chunks of so many rows; every value has to come back. */
function bytesPerSample(
  rows: readonly (readonly number[])[],
  size: number,
  names: readonly string[],
): number {
  const parts = chunksOf(rows, size).filter((part) => part.length === size)
  let bytes = 0
  for (const part of parts) {
    const columns = new Map(names.map((name, index) => [name, part.map((row) => row[index + 1]!)]))
    const points: Points = { times: part.map((row) => row[0]!), columns }
    const payload = encodePoints(points)
    assert.deepEqual(decodePoints(payload), points)
    bytes += payload.length
  }
  return bytes / (parts.length * size * names.length)
}

test('a recorded host costs at most 0.8 bytes a sample', options, () => {
  const rows = lines('host-trace-1s-13metrics.csv').map((line) =>
    line.split(',').map((value, index) => Number(value) * (index === 0 ? 1_000 : 1)),
  )

  assert.ok(bytesPerSample(rows, 120, coreMetrics) <= 0.6)
  assert.ok(bytesPerSample(rows, 60, coreMetrics) <= 0.8)
  const everyTenth = rows.filter((_, index) => index % 10 === 0)
  assert.ok(
    bytesPerSample(everyTenth, 120, coreMetrics) <= 1.2,
    'even where each reading is far from the next',
  )
})

test('doubles with all their digits cost at most 3.8 bytes, their times with them', options, () => {
  const rows = lines('nab-ec2_cpu_utilization_825cc2.csv').map((line) => {
    const [time, value] = line.split(',')
    return [Date.parse(`${time!.replace(' ', 'T')}Z`), Number(value)]
  })

  assert.ok(bytesPerSample(rows, 60, ['x']) <= 3.8)
  assert.ok(bytesPerSample(rows, 288, ['x']) <= 3.0)
})
