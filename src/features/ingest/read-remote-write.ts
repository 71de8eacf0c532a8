import {
  bytesAsText,
  endOf,
  int64,
  isStaleMark,
  kindOf,
  numberOf,
  readWire,
} from '#features/ingest/remote-write-wire.ts'
import type { Wire } from '#features/ingest/remote-write-wire.ts'
import type { Held, Labels, Sink } from '#features/ingest/sink.ts'
import { UnreadableBody } from '#features/ingest/unreadable-body.ts'

/** Samples of the series that is being read; used again for the next. */
interface Samples {
  at: number[]
  value: number[]
  /** Which of them say that the series ended. */
  ended: boolean[]
}

/** Reads `prometheus.WriteRequest`, remote write 1.0. */
export function readRemoteWriteV1<Series>(body: Buffer, sink: Sink<Series>): Held {
  const held: Held = { samples: 0, histograms: 0, exemplars: 0 }
  const samples: Samples = { at: [], value: [], ended: [] }
  readWire(body, (wire) => {
    while (wire.pos < wire.len) {
      const tag = wire.uint32()
      if (numberOf(tag) === 1 && kindOf(tag) === 2) readSeriesV1(wire, endOf(wire), sink, samples, held)
      else wire.skipType(kindOf(tag))
    }
  })
  return held
}

function readSeriesV1<Series>(
  wire: Wire,
  end: number,
  sink: Sink<Series>,
  samples: Samples,
  held: Held,
): void {
  clear(samples)
  const labels: number[] = []
  while (wire.pos < end) {
    const tag = wire.uint32()
    if (kindOf(tag) !== 2) wire.skipType(kindOf(tag))
    else {
      const stop = endOf(wire)
      if (stop > end) throw new RangeError('a part ends outside of its series')
      if (numberOf(tag) === 1) labels.push(wire.pos, stop)
      else if (numberOf(tag) === 2) readSample(wire, stop, samples)
      else if (numberOf(tag) === 3) held.exemplars += 1
      else if (numberOf(tag) === 4) held.histograms += 1
      wire.pos = stop
    }
  }
  if (samples.at.length === 0) return
  if (labels.length === 0)
    throw new UnreadableBody('malformed', 'A series has no labels, so nobody knows what it tells')
  // Labels stand together at the beginning; where they do not, the series is only not recognised the next time.
  const identity = bytesAsText(wire, labels[0]!, labels.at(-1)!)
  hand(
    sink,
    sink.series(identity, () => readLabelsV1(wire, labels)),
    samples,
    held,
  )
  wire.pos = end
}

function readLabelsV1(wire: Wire, places: readonly number[]): Labels {
  const labels: Record<string, string> = Object.create(null) as Record<string, string>
  for (let index = 0; index < places.length; index += 2) {
    wire.pos = places[index]!
    const end = places[index + 1]!
    let name = ''
    let value = ''
    while (wire.pos < end) {
      const tag = wire.uint32()
      if (numberOf(tag) === 1) name = wire.string()
      else if (numberOf(tag) === 2) value = wire.string()
      else wire.skipType(kindOf(tag))
    }
    labels[name] = value
  }
  return labels
}

/** Reads `io.prometheus.write.v2.Request`, remote write 2.0: texts stand once, series name them by their places. */
export function readRemoteWriteV2<Series>(body: Buffer, sink: Sink<Series>): Held {
  const held: Held = { samples: 0, histograms: 0, exemplars: 0 }
  const samples: Samples = { at: [], value: [], ended: [] }
  const symbols: string[] = []
  readWire(body, (wire) => {
    const series: number[] = []
    while (wire.pos < wire.len) {
      const tag = wire.uint32()
      if (numberOf(tag) === 4 && kindOf(tag) === 2) symbols.push(wire.string())
      else if (numberOf(tag) === 5 && kindOf(tag) === 2) {
        const end = endOf(wire)
        series.push(wire.pos, end)
        wire.pos = end
      } else wire.skipType(kindOf(tag))
    }
    if (series.length > 0 && symbols[0] !== '')
      throw new UnreadableBody('malformed', 'The first symbol of remote write 2.0 has to be the empty text')
    for (let index = 0; index < series.length; index += 2) {
      wire.pos = series[index]!
      readSeriesV2(wire, series[index + 1]!, { symbols, sink, samples, held })
    }
  })
  return held
}

function readSeriesV2<Series>(
  wire: Wire,
  end: number,
  {
    symbols,
    sink,
    samples,
    held,
  }: { symbols: readonly string[]; sink: Sink<Series>; samples: Samples; held: Held },
): void {
  clear(samples)
  const references: number[] = []
  while (wire.pos < end) {
    const tag = wire.uint32()
    const number = numberOf(tag)
    if (number === 1 && kindOf(tag) === 0) references.push(wire.uint32())
    else if (kindOf(tag) !== 2) wire.skipType(kindOf(tag))
    else {
      const stop = endOf(wire)
      if (number === 1) while (wire.pos < stop) references.push(wire.uint32())
      else if (number === 2) readSample(wire, stop, samples)
      else if (number === 3) held.histograms += 1
      else if (number === 4) held.exemplars += 1
      wire.pos = stop
    }
  }
  if (samples.at.length === 0) return
  let identity = ''
  for (const reference of references) {
    const symbol = symbols[reference]
    if (symbol === undefined) throw new RangeError('a symbol is named that is not there')
    identity += `${symbol}\0`
  }
  if (references.length < 2 || references.length % 2 === 1)
    throw new UnreadableBody('malformed', 'Labels of a series have to be pairs of a name and a value')
  hand(
    sink,
    sink.series(identity, () => pairsOf(references, symbols)),
    samples,
    held,
  )
}

function pairsOf(references: readonly number[], symbols: readonly string[]): Labels {
  const labels: Record<string, string> = Object.create(null) as Record<string, string>
  for (let index = 0; index < references.length; index += 2)
    labels[symbols[references[index]!]!] = symbols[references[index + 1]!]!
  return labels
}

/** `Sample` is the same in both: the value, and when it was so. */
function readSample(wire: Wire, end: number, { at, value, ended }: Samples): void {
  let time = 0
  let number = 0
  let isEnd = false
  while (wire.pos < end) {
    const tag = wire.uint32()
    if (numberOf(tag) === 1 && kindOf(tag) === 1) {
      number = wire.double()
      if (Number.isNaN(number)) isEnd = isStaleMark(wire)
    } else if (numberOf(tag) === 2 && kindOf(tag) === 0) time = int64(wire)
    else wire.skipType(kindOf(tag))
  }
  at.push(time)
  value.push(number)
  ended.push(isEnd)
}

function hand<Series>(sink: Sink<Series>, series: Series, { at, value, ended }: Samples, held: Held): void {
  held.samples += at.length
  for (let index = 0; index < at.length; index += 1)
    if (ended[index]) sink.ended(series)
    else sink.sample(series, at[index]!, value[index]!)
}

function clear({ at, value, ended }: Samples): void {
  at.length = 0
  value.length = 0
  ended.length = 0
}
