import type { Batch } from '#features/ingest/batch.ts'
import type { Target } from '#features/ingest/intake-memory.ts'
import type { LineSink } from '#features/ingest/line-protocol.ts'
import { meaningOfLineField, meaningOfSeries } from '#features/ingest/meaning-of-series.ts'
import type { Labels, Sink } from '#features/ingest/sink.ts'

/** Series of Prometheus go into a batch. */
export function seriesSink(batch: Batch): Sink<Target> {
  const { ingest } = batch.parts.config
  return {
    series: (identity, labels) =>
      batch.target(identity, () => {
        const read = labels()
        return { labels: read, meaning: meaningOfSeries(read, ingest) }
      }),
    sample: (target, at, value) => batch.add(target, at, value),
    ended() {
      batch.tally.samples += 1
      batch.tally.leaveOut('the series ended')
    },
  }
}

/** What a line is of, and what its fields mean as far as they were seen. */
export interface Line {
  identity: string
  measurement: string
  tags: Labels
  fields: Map<string, Target>
}

/** Lines go into a batch; those without a time are of now. */
export function lineSink(batch: Batch): LineSink<Line> {
  const { config, now } = batch.parts
  const lines = new Map<string, Line>()
  return {
    series(identity, read) {
      let line = lines.get(identity)
      if (line === undefined) lines.set(identity, (line = { identity, ...read(), fields: new Map() }))
      return line
    },
    field(line, name, value, at = now) {
      if (typeof value === 'string') {
        batch.tally.samples += 1
        return batch.tally.leaveOut('a text, not a number')
      }
      let target = line.fields.get(name)
      if (target === undefined) {
        const { identity, measurement, tags } = line
        target = batch.target(`${identity}\0${name}`, () => ({
          labels: { ...tags, __name__: `${measurement}_${name}` },
          meaning: meaningOfLineField(measurement, name, tags, config.ingest),
        }))
        line.fields.set(name, target)
      }
      batch.add(target, at, Number(value))
    },
  }
}
