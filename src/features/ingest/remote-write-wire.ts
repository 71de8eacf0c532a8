import protobuf from 'protobufjs/minimal.js'
import { UnreadableBody } from '#features/ingest/unreadable-body.ts'

export type Wire = protobuf.Reader

/** Reads protobuf; whatever is wrong with its bytes is said in one sentence. */
export function readWire<Result>(bytes: Buffer, read: (wire: Wire) => Result): Result {
  try {
    return read(protobuf.Reader.create(bytes))
  } catch (cause) {
    if (cause instanceof UnreadableBody) throw cause
    throw new UnreadableBody(
      'malformed',
      'The body is no valid protobuf message of Prometheus’ remote write',
      'The header Content-Type names the message that it holds.',
    )
  }
}

export const numberOf = (tag: number): number => tag >>> 3
export const kindOf = (tag: number): number => tag & 7

/** The end of the message that begins here. */
export function endOf(wire: Wire): number {
  const end = wire.uint32() + wire.pos
  if (end > wire.len) throw new RangeError('a message ends outside of the body')
  return end
}

/** A signed 64-bit number as a number of ours; those beyond 2^53 are not exact, and no time either. */
export function int64(wire: Wire): number {
  const { buf } = wire
  let low = 0
  let high = 0
  for (let shift = 0; shift < 70; shift += 7) {
    if (wire.pos >= wire.len) throw new RangeError('a number ends outside of the body')
    const byte = buf[wire.pos]!
    wire.pos += 1
    if (shift < 28) low += (byte & 0x7f) * 2 ** shift
    else high += (byte & 0x7f) * 2 ** (shift - 28)
    // The upper 36 bits carry the sign.
    if (byte < 0x80) return (high >= 2 ** 35 ? high - 2 ** 36 : high) * 2 ** 28 + low
  }
  throw new RangeError('a number has no end')
}

/** A series that ended has this one NaN; its bytes stand just before the position. */
export function isStaleMark({ buf, pos }: Wire, end = pos): boolean {
  return buf[end - 8] === 2 && buf[end - 2] === 0xf0 && buf[end - 1] === 0x7f
}

/** The bytes between two positions, as a text that is the same for the same bytes. */
export const bytesAsText = ({ buf }: Wire, start: number, end: number): string =>
  (buf as Buffer).toString('latin1', start, end)
