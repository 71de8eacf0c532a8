import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compress } from 'snappyjs'
import { readRemoteWriteV1, readRemoteWriteV2 } from '#features/ingest/read-remote-write.ts'
import type { Labels, Sink } from '#features/ingest/sink.ts'
import { unpackBody, unpackedAtMost } from '#features/ingest/unpack-body.ts'
import { UnreadableBody } from '#features/ingest/unreadable-body.ts'
import { messageV1, messageV2, type WrittenSeries } from '#test/remote-write-body.ts'

interface Seen {
  labels: Labels
  samples: [number, number][]
  ended: number
}

function collecting(): Sink<Seen> & { seen: Map<string, Seen> } {
  const seen = new Map<string, Seen>()
  return {
    seen,
    series(identity, labels) {
      const known = seen.get(identity) ?? { labels: labels(), samples: [], ended: 0 }
      seen.set(identity, known)
      return known
    },
    sample: ({ samples }, at, value) => void samples.push([at, value]),
    ended: (series) => void (series.ended += 1),
  }
}

const written: WrittenSeries[] = [
  {
    labels: { __name__: 'node_load1', instance: 'nas:9100', job: 'node' },
    samples: [
      [1_700_000_000_123, 0.5],
      [1_700_000_015_123, -1e300],
    ],
  },
  { labels: { __name__: 'ünicode', 'host.name': 'a\nb' }, samples: [[-5, 2 ** 53]] },
  { labels: { __name__: 'gone', instance: 'nas:9100' }, samples: [[1, Number.NaN]] },
  { labels: { __name__: 'silent' }, samples: [] },
]

for (const [version, read, message] of [
  ['1.0', readRemoteWriteV1, messageV1],
  ['2.0', readRemoteWriteV2, messageV2],
] as const) {
  test(`remote write ${version}: labels, times and values come as they were sent`, () => {
    const sink = collecting()

    const held = read(message(written), sink)

    assert.deepEqual(held, { samples: 4, histograms: 0, exemplars: 0 })
    assert.deepEqual(
      [...sink.seen.values()].map(({ labels, samples, ended }) => [{ ...labels }, samples, ended]),
      [
        [written[0]!.labels, written[0]!.samples, 0],
        [written[1]!.labels, written[1]!.samples, 0],
        [written[2]!.labels, [], 1],
      ],
    )
  })

  test(`remote write ${version}: the same labels are recognised in the next message`, () => {
    const sink = collecting()

    for (let turn = 0; turn < 2; turn += 1) read(message(written), sink)

    assert.equal(sink.seen.size, 3)
    assert.equal([...sink.seen.values()][0]!.samples.length, 4)
  })

  test(`remote write ${version}: whatever is cut off or changed is refused or read, and never hangs`, () => {
    const whole = message(written)
    for (let index = 0; index < whole.length; index += 1) {
      const cut = whole.subarray(0, index)
      const changed = Buffer.from(whole)
      changed[index] = changed[index]! ^ 0xff
      for (const body of [cut, changed]) {
        try {
          read(body, collecting())
        } catch (error) {
          assert.ok(error instanceof UnreadableBody, String(error))
        }
      }
    }
  })
}

test('remote write 2.0: symbols that are not there, or no pairs, are refused', () => {
  const request = (references: number[]) =>
    Buffer.from([
      34,
      0,
      34,
      1,
      97,
      42,
      references.length + 2 + 4,
      10,
      references.length,
      ...references,
      18,
      2,
      16,
      1,
    ])

  for (const references of [[0, 9], [1], []])
    assert.throws(() => readRemoteWriteV2(request(references), collecting()), UnreadableBody)
})

test('bodies are unpacked up to a size, whatever they promise', async () => {
  const text = Buffer.from('x'.repeat(1_000))
  const bomb = Buffer.concat([Buffer.from([0x80, 0x80, 0x80, 0x80, 0x08]), Buffer.alloc(20)])
  const liar = Buffer.from([0x80, 0x80, 0x80, 0x08, 0, 97])
  const { gzipSync } = await import('node:zlib')
  const gzipBomb = gzipSync(Buffer.alloc(unpackedAtMost + 1))
  const reasonOf = (body: Buffer, encoding: string) =>
    unpackBody(body, encoding).then(
      (unpacked) => unpacked.length,
      (error: UnreadableBody) => error.reason,
    )

  assert.equal(await reasonOf(compress(text), 'snappy'), 1_000)
  assert.equal(await reasonOf(gzipSync(text), 'gzip'), 1_000)
  assert.equal(await reasonOf(text, 'identity'), 1_000)
  assert.equal(await reasonOf(bomb, 'snappy'), 'too large')
  assert.equal(await reasonOf(liar, 'snappy'), 'malformed')
  assert.equal(await reasonOf(Buffer.alloc(0), 'snappy'), 'malformed')
  assert.equal(await reasonOf(gzipBomb, 'gzip'), 'too large')
  assert.equal(await reasonOf(text, 'gzip'), 'malformed')
  assert.equal(await reasonOf(text, 'br; x'), 'unknown format')
})
