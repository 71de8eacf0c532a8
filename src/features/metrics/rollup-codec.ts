import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { ByteReader } from '#features/metrics/byte-reader.ts'
import { ByteWriter } from '#features/metrics/byte-writer.ts'
import { readColumn, readName, writeColumn, writeName } from '#features/metrics/chunk-codec.ts'
import { isCounter } from '#features/metrics/counters.ts'
import { inOrder } from '#features/metrics/points.ts'
import type { Rollup, Rollups, RollupsByTime } from '#features/metrics/rollup.ts'

/** The first byte. Another way of writing gets another number; every number stays readable. */
const version = 1

const always = ['n', 'sum', 'min', 'max', 'first', 'last', 'firstAt', 'lastAt'] as const
const ofCounters = [...always, 'increase', 'slowest', 'fastest'] as const
const partsOf = (metric: string): readonly (keyof Rollup)[] => (isCounter(metric) ? ofCounters : always)

/** The hours of a day, or the days of a month, as bytes: metric by metric, column by column. */
export function encodeRollups(rollups: RollupsByTime): Buffer {
  const times = [...rollups.keys()].toSorted((one, other) => one - other)
  const metrics = inOrder(new Set(times.flatMap((time) => [...rollups.get(time)!.keys()])))
  const writer = new ByteWriter()
  writer.count(times.length)
  for (const time of times) writer.count(time)
  writer.count(metrics.length)
  for (const metric of metrics) {
    writeName(writer, metric)
    const columns = new ByteWriter()
    for (const part of partsOf(metric))
      writeColumn(
        columns,
        times.map((time) => shifted(part, rollups.get(time)!.get(metric)?.[part], -time)),
      )
    const bytes = columns.bytes()
    writer.count(bytes.length)
    writer.raw(bytes)
  }
  return Buffer.concat([Buffer.of(version), zstdCompressSync(writer.bytes())])
}

/** What encodeRollups wrote; of `only` these metrics where it is given. */
export function decodeRollups(payload: Uint8Array, only?: ReadonlySet<string>): RollupsByTime {
  if (payload[0] !== version)
    throw new RangeError(`Roll-ups are written in a way (${payload[0]}) that this Rollcall does not know`)
  const reader = new ByteReader(zstdDecompressSync(payload.subarray(1)))
  const times = Array.from({ length: reader.count() }, () => reader.count())
  const found: Rollups[] = times.map(() => new Map())
  for (let rest = reader.count(); rest > 0; rest -= 1) {
    const metric = readName(reader)
    const end = reader.count() + reader.position
    if (only === undefined || only.has(metric)) readMetric(reader, metric, times, found)
    reader.position = end
  }
  return new Map(times.map((time, index) => [time, found[index]!]))
}

function readMetric(
  reader: ByteReader,
  metric: string,
  times: readonly number[],
  found: readonly Rollups[],
): void {
  const columns = partsOf(metric).map(() => readColumn(reader, times.length))
  const [n, sum, min, max, first, last, firstAt, lastAt, increase, slowest, fastest] = columns
  for (const [index, time] of times.entries()) {
    if (!(n![index]! > 0)) continue
    found[index]!.set(metric, {
      n: n![index]!,
      sum: sum![index]!,
      min: min![index]!,
      max: max![index]!,
      first: first![index]!,
      last: last![index]!,
      firstAt: firstAt![index]! + time,
      lastAt: lastAt![index]! + time,
      increase: increase?.[index] ?? Number.NaN,
      slowest: slowest?.[index] ?? Number.NaN,
      fastest: fastest?.[index] ?? Number.NaN,
    })
  }
}

/** Times are written as they lie in their span. */
const shifted = (part: keyof Rollup, value: number | undefined, by: number): number =>
  value === undefined ? Number.NaN : part === 'firstAt' || part === 'lastAt' ? value + by : value
