import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { createMerkleTree } from '#features/previews/merkle.ts'
import { lookAtUpload } from '#features/previews/look-at-upload.ts'
import { countDeadUploads, needUpload, removeDeadUploads, storeUpload } from '#features/previews/uploads.ts'
import { systemActor } from '#model/actor.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { previewWorld } from '#test/preview-world.ts'
import { refusalOf } from '#test/table-text.ts'
import { xlsxFile } from '#test/xlsx-file.ts'

const never = new AbortController().signal
const ada = { ...systemActor('x'), kind: 'user', name: 'ada@example.net', role: 'operator' } as const
const bob = { ...ada, name: 'bob@example.net' } as const

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

onEachDatabase('an uploaded file', (fresh) => {
  test('is kept as it came, for Rollcall and who sent it only, and goes after seven days', async () => {
    const { context } = previewWorld(await fresh())
    const { uploadDirectory } = context.config.jobs

    const upload = await storeUpload(context, ada, '../../etc/rows.csv', pieces('id\n', '1\n'), never)
    const file = path.join(uploadDirectory, upload.id)

    assert.deepEqual([upload.name, upload.bytes], ['rows.csv', 5])
    assert.equal(upload.sha256, createHash('sha256').update('id\n1\n').digest('hex'))
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.equal((await needUpload(context, ada, upload.id)).id, upload.id)
    assert.equal((await needUpload(context, systemActor('x'), upload.id)).id, upload.id)
    const [line] = await context.db
      .selectFrom('audit_logs')
      .selectAll()
      .where('subject', '=', `upload:${upload.id}`)
      .execute()
    assert.deepEqual([line?.actor, line?.operation], ['ada@example.net', 'upload.create'])
    const limited = { ...systemActor('x'), role: 'admin' as const, tags: ['lab'] }
    for (const other of [bob, limited])
      assert.equal((await refusalOf(needUpload(context, other, upload.id))).code, 'NOT_FOUND')

    await context.clock.advance(7 * 86_400_000 + 1)
    assert.equal((await refusalOf(needUpload(context, ada, upload.id))).code, 'NOT_FOUND')
    assert.ok((await countDeadUploads(context)) >= 1)
    await removeDeadUploads(context)
    assert.equal(await countDeadUploads(context), 0)
    assert.ok(!readdirSync(uploadDirectory).includes(upload.id))
  })

  test('that is too large or breaks off leaves nothing behind', async () => {
    const { context } = previewWorld(await fresh(), { uploadBytes: 8 })
    const before = readdirSync(context.config.jobs.uploadDirectory)
    // oxlint-disable-next-line require-yield -- it breaks off at once
    const broken = (async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('id\n')
      throw new Error('the caller left')
    })()

    const error = await refusalOf(storeUpload(context, ada, 'a.csv', pieces('12345', '67890'), never))
    await assert.rejects(storeUpload(context, ada, 'a.csv', broken, never), /the caller left/)

    assert.equal(error.code, 'INPUT_INVALID')
    assert.deepEqual(readdirSync(context.config.jobs.uploadDirectory), before)
    assert.deepEqual(await context.db.selectFrom('uploads').selectAll().execute(), [])
  })

  test('shows how it would be read and its first rows', async () => {
    const { context, upload } = previewWorld(await fresh())
    const call = { ...context, actor: systemActor('test') }
    const many = Array.from({ length: 50 }, (_, n) => `${n};x`).join('\n')
    const book = xlsxFile([
      { name: 'One', rows: [['a'], ['1']] },
      { name: 'Two', rows: [['b'], ['2']] },
    ])

    const csv = await lookAtUpload(call, await upload('a.csv', `id;a\n${many}\n`), {}, never)
    const excel = await upload('a.xlsx', book)
    const asked = await lookAtUpload(call, excel, {}, never)
    const chosen = await lookAtUpload(call, excel, { sheet: 'Two' }, never)

    assert.deepEqual([csv.format, csv.encoding, csv.delimiter, csv.rows.length], ['csv', 'utf-8', ';', 20])
    assert.deepEqual([asked.sheets, asked.columns], [['One', 'Two'], []])
    assert.deepEqual([chosen.columns, chosen.rows], [['b'], [['2']]])
  })
})

test('the root of a tree of rows stands for each of them, their order and their number', () => {
  const leaf = (number: number) => ({
    number,
    key: `k${number}`,
    checksum: 'c',
    version: null,
    costCents: null,
    deviceId: null,
    isSkipped: false,
  })
  const rootOf = (leaves: ReturnType<typeof leaf>[]) => {
    const tree = createMerkleTree()
    leaves.forEach((each) => tree.add(each))
    return tree.root()
  }
  const seven = [1, 2, 3, 4, 5, 6, 7].map(leaf)
  const others = [
    [...seven, leaf(8)],
    seven.slice(0, 6),
    [seven[1]!, seven[0]!, ...seven.slice(2)],
    seven.map((each, index) => (index === 6 ? { ...each, key: 'k7,c' } : each)),
    seven.map((each, index) => (index === 3 ? { ...each, isSkipped: true as never } : each)),
    seven.map((each, index) => (index === 0 ? { ...each, deviceId: 1 as never } : each)),
  ].map(rootOf)

  assert.equal(rootOf(seven), rootOf([...seven]))
  assert.equal(new Set([rootOf(seven), ...others]).size, others.length + 1)
})
