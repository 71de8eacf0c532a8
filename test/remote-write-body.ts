import protobuf from 'protobufjs/minimal.js'
import { compress } from 'snappyjs'

/** One series of a message of remote write. */
export interface WrittenSeries {
  labels: Record<string, string>
  /** Pairs of a time in milliseconds and a value. */
  samples: readonly (readonly [at: number, value: number])[]
}

/** `prometheus.WriteRequest`, packed as Prometheus packs it. */
export const bodyV1 = (series: readonly WrittenSeries[]): Buffer => compress(messageV1(series))

export function messageV1(series: readonly WrittenSeries[]): Buffer {
  const writer = protobuf.Writer.create()
  for (const { labels, samples } of series) {
    writer.uint32(10).fork()
    for (const [name, value] of Object.entries(labels))
      writer.uint32(10).fork().uint32(10).string(name).uint32(18).string(value).ldelim()
    for (const [at, value] of samples) addSample(writer, at, value)
    writer.ldelim()
  }
  return Buffer.from(writer.finish())
}

/** `io.prometheus.write.v2.Request`, packed. */
export const bodyV2 = (series: readonly WrittenSeries[]): Buffer => compress(messageV2(series))

export function messageV2(series: readonly WrittenSeries[]): Buffer {
  const symbols = new Map([['', 0]])
  const place = (text: string): number => {
    if (!symbols.has(text)) symbols.set(text, symbols.size)
    return symbols.get(text)!
  }
  const references = series.map(({ labels }) => Object.entries(labels).flat().map(place))
  const writer = protobuf.Writer.create()
  for (const symbol of symbols.keys()) writer.uint32(34).string(symbol)
  for (const [index, { samples }] of series.entries()) {
    writer.uint32(42).fork().uint32(10).fork()
    for (const reference of references[index]!) writer.uint32(reference)
    writer.ldelim()
    for (const [at, value] of samples) addSample(writer, at, value)
    writer.ldelim()
  }
  return Buffer.from(writer.finish())
}

function addSample(writer: protobuf.Writer, at: number, value: number): void {
  writer.uint32(18).fork().uint32(9)
  // What is no number has bytes that mean something, which a writer of numbers would not keep.
  if (Number.isNaN(value)) writer.fixed64(staleBits)
  else writer.double(value)
  writer.uint32(16).int64(at).ldelim()
}

const staleBits = { low: 2, high: 0x7ff0_0000 } as unknown as number
