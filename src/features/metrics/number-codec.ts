import type { ByteReader } from '#features/metrics/byte-reader.ts'
import type { ByteWriter } from '#features/metrics/byte-writer.ts'

/** How a column of doubles is written; the number stands in the bytes and never changes its meaning. */
const asDoubles = 0
const asValues = 1
const asSteps = 2
const asStepsOfSteps = 3

const powers = Array.from({ length: 10 }, (_, scale) => 10 ** scale)
/** Larger ones would not survive the difference of their differences. */
const largest = 2 ** 49
/** Last places of a double by which a reading may miss its short decimal, as sums and quotients do. */
const nearby = 8
/** Below this share of short decimals it does not pay. */
const enough = 0.75

/**
 * Writes doubles so that exactly the same come back. Readings are mostly short decimals: they become whole numbers, of
 * which the differences are small; a reading that misses its decimal by a few last places says by how many, and any
 * other is kept as it is.
 */
export function writeNumbers(writer: ByteWriter, values: readonly number[]): void {
  const scale = scaleOf(values)
  if (scale === undefined) {
    writer.byte(asDoubles)
    return writePlanes(writer, values)
  }
  const power = powers[scale]!
  const wholes: number[] = []
  const odd: number[] = []
  for (const [index, value] of values.entries()) {
    const whole = Math.round(value * power)
    const isWhole = Math.abs(whole) < largest
    // A whole number does not tell -0 from 0.
    if (!isWhole || whole / power !== value || Object.is(value, -0)) odd.push(index)
    // An odd one far off repeats what was before it.
    wholes.push(isWhole && isNear(whole / power, value) ? whole + 0 : (wholes.at(-1) ?? 0))
  }
  const [mode, steps] = smallest(wholes)
  writer.byte(mode + scale * 4)
  for (const step of steps) writer.integer(step)
  writer.count(odd.length)
  let before = 0
  for (const index of odd) {
    writer.count(index - before)
    before = index
    const places = placesBetween(wholes[index]! / power, values[index]!)
    writer.integer(places ?? 0)
    if (places === undefined) writer.double(values[index]!)
  }
}

export function readNumbers(reader: ByteReader, count: number): number[] {
  const head = reader.byte()
  if (head === asDoubles) return readPlanes(reader, count)
  const power = powers[head >> 2]!
  const mode = head & 3
  const values: number[] = []
  let whole = 0
  let step = 0
  for (let index = 0; index < count; index += 1) {
    const given = reader.integer()
    step = mode === asStepsOfSteps ? step + given : given
    whole = mode === asValues ? given : whole + step
    values.push(whole / power)
  }
  let index = 0
  for (let odd = reader.count(); odd > 0; odd -= 1) {
    index += reader.count()
    const places = reader.integer()
    values[index] = places === 0 ? reader.double() : besides(values[index]!, places)
  }
  return values
}

/** How many digits after the point the readings have; undefined where they are no short decimals. */
function scaleOf(values: readonly number[]): number | undefined {
  let scale = 0
  let misses = 0
  const allowed = Math.floor(values.length * (1 - enough))
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!
    if (isDecimal(value, scale)) continue
    let larger = scale + 1
    while (larger < powers.length && !isDecimal(value, larger)) larger += 1
    if (larger < powers.length) scale = larger
    else if ((misses += 1) > allowed) return undefined
  }
  return scale
}

function isDecimal(value: number, scale: number): boolean {
  const power = powers[scale]!
  const whole = Math.round(value * power)
  return Math.abs(whole) < largest && isNear(whole / power, value)
}

const isNear = (decimal: number, value: number): boolean =>
  decimal === value || Math.abs(decimal - value) <= nearby * 2 ** -53 * Math.abs(value)

/** Of the values, their differences, and the differences of those, what takes the fewest bits. */
function smallest(wholes: readonly number[]): [number, readonly number[]] {
  const steps = differences(wholes)
  const second = differences(steps)
  const choices: [number, readonly number[]][] = [
    [asSteps, steps],
    [asValues, wholes],
    [asStepsOfSteps, second],
  ]
  const costs = choices.map(([, numbers]) =>
    numbers.reduce((sum, number) => sum + Math.log2(1 + Math.abs(number)), 0),
  )
  return choices[costs.indexOf(Math.min(...costs))]!
}

const differences = (numbers: readonly number[]): number[] =>
  numbers.map((number, index) => number - (numbers[index - 1] ?? 0))

const bits = new BigInt64Array(1)
const double = new Float64Array(bits.buffer)

const bitsOf = (value: number): bigint => {
  double[0] = value
  return bits[0]!
}

/** By how many doubles one is beside the other; undefined where they are far apart. */
function placesBetween(decimal: number, value: number): number | undefined {
  const places = bitsOf(value) - bitsOf(decimal)
  return places !== 0n && places > -1_000n && places < 1_000n ? Number(places) : undefined
}

function besides(decimal: number, places: number): number {
  bits[0] = bitsOf(decimal) + BigInt(places)
  return double[0]!
}

/** The first bytes of all, then the second ones: signs and exponents are alike and stand together. */
function writePlanes(writer: ByteWriter, values: readonly number[]): void {
  const bytes = Buffer.from(Float64Array.from(values).buffer)
  const planes = Buffer.allocUnsafe(bytes.length)
  for (let index = 0; index < bytes.length; index += 1)
    planes[(index % 8) * values.length + Math.floor(index / 8)] = bytes[index]!
  writer.raw(planes)
}

function readPlanes(reader: ByteReader, count: number): number[] {
  const planes = reader.raw(count * 8)
  const bytes = new Uint8Array(count * 8)
  for (let index = 0; index < bytes.length; index += 1)
    bytes[index] = planes[(index % 8) * count + Math.floor(index / 8)]!
  return Array.from(new Float64Array(bytes.buffer))
}
