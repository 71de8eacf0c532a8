import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { coreMetrics } from '#model/sample.ts'
import { ByteReader } from '#features/metrics/byte-reader.ts'
import { ByteWriter } from '#features/metrics/byte-writer.ts'
import { readNumbers, writeNumbers } from '#features/metrics/number-codec.ts'
import { placeOf, type Points } from '#features/metrics/points.ts'

/** The first byte of a chunk. Another way of writing gets another number; every number stays readable. */
const version = 1

/** Readings as bytes: times, then column by column, compressed. The same doubles come back, to the bit. */
export function encodePoints({ times, columns }: Points): Buffer {
  const writer = new ByteWriter()
  writer.count(times.length)
  writeNumbers(writer, times)
  writer.count(columns.size)
  for (const [name, values] of columns) {
    writeName(writer, name)
    const column = new ByteWriter()
    writeColumn(column, values)
    const bytes = column.bytes()
    writer.count(bytes.length)
    writer.raw(bytes)
  }
  return Buffer.concat([Buffer.of(version), zstdCompressSync(writer.bytes())])
}

/** What encodePoints wrote; of `only` these columns where it is given. */
export function decodePoints(payload: Uint8Array, only?: ReadonlySet<string>): Points {
  if (payload[0] !== version)
    throw new RangeError(
      `A chunk of metrics is written in a way (${payload[0]}) that this Rollcall does not know`,
    )
  const reader = new ByteReader(zstdDecompressSync(payload.subarray(1)))
  const count = reader.count()
  const times = readNumbers(reader, count)
  const columns = new Map<string, number[]>()
  for (let rest = reader.count(); rest > 0; rest -= 1) {
    const name = readName(reader)
    const end = reader.count() + reader.position
    if (only === undefined || only.has(name)) columns.set(name, readColumn(reader, count))
    reader.position = end
  }
  return { times, columns }
}

/** Core metrics by their place, from 1; another series by its name after a 0. */
export function writeName(writer: ByteWriter, name: string): void {
  const place = placeOf(name)
  writer.count(place === undefined ? 0 : place + 1)
  if (place === undefined) writer.text(name)
}

export function readName(reader: ByteReader): string {
  const place = reader.count()
  return place === 0 ? reader.text() : coreMetrics[place - 1]!
}

/** Numbers of which some may be missing (NaN). */
export function writeColumn(writer: ByteWriter, values: readonly number[]): void {
  const told = values.filter((value) => !Number.isNaN(value))
  const isWhole = told.length === values.length
  writer.byte(isWhole ? 1 : 0)
  if (!isWhole) writer.raw(bitsOf(values))
  writeNumbers(writer, told)
}

export function readColumn(reader: ByteReader, count: number): number[] {
  if (reader.byte() === 1) return readNumbers(reader, count)
  const present = reader.raw(Math.ceil(count / 8))
  const isTold = (index: number) => (present[index >> 3]! & (1 << (index & 7))) !== 0
  let told = 0
  for (let index = 0; index < count; index += 1) told += isTold(index) ? 1 : 0
  const values = readNumbers(reader, told)
  let next = 0
  return Array.from({ length: count }, (_, index) => (isTold(index) ? values[next++]! : Number.NaN))
}

function bitsOf(values: readonly number[]): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8))
  for (const [index, value] of values.entries())
    if (!Number.isNaN(value)) bits[index >> 3]! |= 1 << (index & 7)
  return bits
}
