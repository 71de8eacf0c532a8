import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configOperations } from '#features/configs/config-operations.ts'
import type { ConfigurationDiff, ConfigurationText } from '#features/configs/config-shapes.ts'
import { diffConfigs, unifiedText } from '#features/configs/diff-configs.ts'
import { systemActor, type Actor } from '#model/actor.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { onEachDatabase, type FreshDatabase } from '#test/each-database.ts'
import { failing, never } from '#test/http-lab.ts'
import { machine } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'

const day = (number: number) => `2026-01-0${number}T00:00:00.000Z`
const text = (secret: string, line = 'hostname web-01') =>
  `! Last configuration change at 0${secret.length}:00:00 UTC\n${line}\nsnmp-server community ${secret} RO\nend\n`

/** A device with three versions from one source and one from another. */
async function world(fresh: FreshDatabase) {
  const { context, read } = syncWorld(await fresh())
  const configs = [text('first'), text('second'), text('third', 'hostname web-02')]
  await read([
    {
      records: [machine(1)],
      configs: configs.map((each, index) => ({
        deviceSourceId: 'vm-1',
        text: each,
        retrievedAt: day(index + 1),
        revision: `r${index + 1}`,
        metadata: { author: 'Ada', message: `change ${index + 1}`, model: 'IOS' },
      })),
    },
  ])
  await read(
    [{ records: [machine(1)], configs: [{ deviceSourceId: 'vm-1', text: 'other\n', retrievedAt: day(9) }] }],
    {
      name: 'other',
      system: 'oxidized',
    },
  )
  return (name: string, input: object, actor: Actor = systemActor('test')): Promise<unknown> =>
    answerOperation(
      configOperations.find((each) => each.name === `configuration.${name}`)!,
      context,
      actor,
      input,
      never,
    )
}

onEachDatabase('configurations for people', (fresh) => {
  test('are listed by the time they were fetched, in pages', async () => {
    const ask = await world(fresh)
    type Page = {
      items: { version: number; source: string; isNewest: boolean }[]
      nextCursor: string | null
      total: number
    }

    const first = (await ask('list', { id: 'web-01', limit: 3 })) as Page
    const second = (await ask('list', { id: 'web-01', limit: 3, cursor: first.nextCursor })) as Page

    assert.deepEqual(
      [...first.items, ...second.items].map(({ version, source, isNewest }) => [version, source, isNewest]),
      [
        [1, 'other', true],
        [3, 'lab', true],
        [2, 'lab', false],
        [1, 'lab', false],
      ],
    )
    assert.deepEqual([first.total, second.nextCursor], [4, null])
  })

  test('are shown without their secrets, and with them only to whom that is allowed', async () => {
    const ask = await world(fresh)
    const viewer: Actor = { ...systemActor('test'), role: 'viewer', permissions: new Set(['inventory.read']) }

    const shown = (await ask('show', { id: 'web-01', source: 'lab' }, viewer)) as ConfigurationText

    assert.equal(shown.text.split('\n')[2], 'snmp-server community <hidden> RO')
    assert.deepEqual([shown.version, shown.hiddenLines, shown.author, shown.model], [3, 1, 'Ada', 'IOS'])
    await assert.rejects(ask('reveal', { id: 'web-01' }, viewer), failing('FORBIDDEN'))
    const raw = (await ask('reveal', { id: 'web-01', source: 'lab', version: 2 })) as ConfigurationText
    assert.deepEqual([raw.text, raw.hiddenLines], [text('second'), 0])
  })

  test('differ line by line, also in secrets, which stay hidden', async () => {
    const ask = await world(fresh)

    const last = (await ask('diff', { id: 'web-01', source: 'lab', context: 0 })) as ConfigurationDiff
    const secret = (await ask('diff', { id: 'web-01', source: 'lab', from: 1, to: 2 })) as ConfigurationDiff

    assert.deepEqual([last.before.version, last.after.version, last.added, last.removed], [2, 3, 3, 3])
    assert.doesNotMatch(JSON.stringify([last, secret]), /first|second|third/)
    assert.equal(secret.onlyByItself, false)
    assert.deepEqual(
      secret.hunks[0]!.lines.filter(({ is }) => is !== 'same').map(({ is, text: line, hidden }) => [
        is,
        line,
        hidden,
      ]),
      [
        ['gone', '! Last configuration change at 05:00:00 UTC', false],
        ['new', '! Last configuration change at 06:00:00 UTC', false],
        ['gone', 'snmp-server community <hidden> RO', true],
        ['new', 'snmp-server community <hidden> RO', true],
      ],
    )
  })

  test('that are not there, or that several sources have, are said to be', async () => {
    const ask = await world(fresh)

    await assert.rejects(ask('show', { id: 'web-01', version: 7 }), failing('NOT_FOUND', /no version 7/))
    await assert.rejects(
      ask('show', { id: 'web-01', version: 1 }),
      failing('AMBIGUOUS_NAME', /Several sources/),
    )
    await assert.rejects(
      ask('diff', { id: 'web-01', source: 'other' }),
      failing('NOT_FOUND', /before version 1/),
    )
    await assert.rejects(ask('show', { id: 'nobody' }), failing('NOT_FOUND'))
  })
})

onEachDatabase('configurations of a device of which a source has two records', (fresh) => {
  test('are told apart by what it calls them', async () => {
    const { context, read } = syncWorld(await fresh())
    const nodes = ['old/sw', 'new/sw'].map((sourceId) =>
      machine(1, { sourceId, nativeIds: ['uuid:4c4c4544-0042-3510-8052-b4c04f564432'] }),
    )
    const configs = nodes.map(({ sourceId }, index) => ({
      deviceSourceId: sourceId,
      text: `hostname ${sourceId}\nend\n`,
      retrievedAt: day(index + 1),
    }))
    await read([{ records: nodes, configs }])
    const rows = await context.db
      .selectFrom('device_configs')
      .select(['id', 'device_id', 'source_id'])
      .execute()
    await context.db.updateTable('device_configs').set({ device_id: rows[0]!.device_id }).execute()
    const show = configOperations.find((each) => each.name === 'configuration.show')!
    const ask = (input: object) =>
      answerOperation(show, context, systemActor('test'), { id: String(rows[0]!.device_id), ...input }, never)

    await assert.rejects(
      ask({ version: 1, source: 'lab' }),
      failing('AMBIGUOUS_NAME', /Several records of lab have a version 1: new\/sw, old\/sw/),
    )
    for (const { source_id: sourceId } of rows)
      assert.equal(
        ((await ask({ version: 1, source: 'lab', sourceId })) as ConfigurationText).text,
        `hostname ${sourceId}\nend\n`,
      )
  })
})

test('changes that lie apart are hunks of their own, and the text of a difference is the usual one', () => {
  const before = Array.from({ length: 30 }, (_, index) => `line ${index}`)
  const after = before.with(3, 'password 7 0822').with(25, 'line x')
  const { hunks, added, removed } = diffConfigs(`${before.join('\n')}\n`, after.join('\n'), 1)

  assert.deepEqual([added, removed], [2, 2])
  assert.equal(
    unifiedText(hunks),
    [
      '@@ -3,3 +3,3 @@',
      ' line 2',
      '-line 3',
      '+password 7 <hidden>  (secret)',
      ' line 4',
      '@@ -25,3 +25,3 @@',
      ' line 24',
      '-line 25',
      '+line x',
      ' line 26',
    ].join('\n'),
  )
})
