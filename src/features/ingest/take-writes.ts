import { seriesSink, lineSink } from '#features/ingest/batch-sinks.ts'
import type { Context } from '#features/context.ts'
import { type LineError, type Precision, readLines } from '#features/ingest/line-protocol.ts'
import { readRemoteWriteV1, readRemoteWriteV2 } from '#features/ingest/read-remote-write.ts'
import { reportTaken } from '#features/ingest/report-taken.ts'
import type { Held } from '#features/ingest/sink.ts'
import { type IntakePart, takeSamples } from '#features/ingest/take-samples.ts'
import { unpackBody } from '#features/ingest/unpack-body.ts'
import { UnreadableBody } from '#features/ingest/unreadable-body.ts'
import type { Actor } from '#model/actor.ts'

type Part = IntakePart & Pick<Context, 'log'>

/** A body as it came. */
export interface WrittenBody {
  body: Buffer
  contentType: string | undefined
  contentEncoding: string | undefined
}

/** What a sender of remote write is told. */
export interface RemoteWritten {
  samples: number
  histograms: number
  exemplars: number
}

/** What a sender of lines is told: which of them were wrong. */
export interface LinesWritten {
  fields: number
  errors: readonly LineError[]
}

/** Takes what agents that people have already send. */
export interface TakeWrites {
  remoteWrite(actor: Actor, body: WrittenBody): Promise<RemoteWritten>
  lines(actor: Actor, body: WrittenBody, precision: Precision): Promise<LinesWritten>
}

export function createTakeWrites(context: Part): TakeWrites {
  return {
    remoteWrite: (actor, body) => takeRemoteWrite(context, actor, body),
    lines: (actor, body, precision) => takeLines(context, actor, body, precision),
  }
}

async function takeRemoteWrite(context: Part, actor: Actor, written: WrittenBody): Promise<RemoteWritten> {
  const version = versionOf(written.contentType)
  // Version 1 is always packed with snappy, and old senders do not say so.
  const body = await unpackBody(written.body, written.contentEncoding ?? 'snappy')
  const read = version === '2.0' ? readRemoteWriteV2 : readRemoteWriteV1
  let held: Held = { samples: 0, histograms: 0, exemplars: 0 }
  const taken = await takeSamples(context, (batch) => void (held = read(body, seriesSink(batch))), {
    actor,
    isWhole: false,
  })
  const refused = taken.tally.refusedCount
  if (held.histograms + held.exemplars > 0)
    taken.tally.refuse(
      'histogram or exemplar',
      `${held.histograms} histograms`,
      held.histograms + held.exemplars,
    )
  await reportTaken(context, actor.name, `remote write ${version}`, taken)
  // What is left out on purpose counts as written: nobody has to do anything about it.
  return { samples: Math.max(0, held.samples - refused), histograms: 0, exemplars: 0 }
}

/** Which message the content type names. */
function versionOf(contentType: string | undefined): '1.0' | '2.0' {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((each) => each.trim().toLowerCase())
  const proto = parameters
    .find((each) => each.startsWith('proto='))
    ?.slice('proto='.length)
    .replaceAll('"', '')
  if (type === 'application/x-protobuf') {
    if (proto === undefined || proto === 'prometheus.writerequest') return '1.0'
    if (proto === 'io.prometheus.write.v2.request') return '2.0'
  }
  throw new UnreadableBody(
    'unknown format',
    'The body is not said to be a message of Prometheus’ remote write',
    'Content-Type is `application/x-protobuf`, or that with `;proto=io.prometheus.write.v2.Request` for version 2.0.',
  )
}

async function takeLines(
  context: Part,
  actor: Actor,
  written: WrittenBody,
  precision: Precision,
): Promise<LinesWritten> {
  const body = await unpackBody(written.body, written.contentEncoding)
  const text = body.toString('utf8')
  let held: { fields: number; errors: LineError[] } = { fields: 0, errors: [] }
  const taken = await takeSamples(
    context,
    (batch) => void (held = readLines(text, precision, lineSink(batch))),
    { actor, isWhole: false },
  )
  const { tally } = taken
  for (const { line, message } of held.errors) tally.refuse('unreadable line', `line ${line}: ${message}`)
  await reportTaken(context, actor.name, 'influx', taken)
  return { fields: held.fields, errors: held.errors }
}
