import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '#features/operations.ts'
import { systemActor } from '#model/actor.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { testContext } from '#test/test-context.ts'

const never = new AbortController().signal

onEachDatabase('groups of servers', (fresh) => {
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of every shape
  type Answer = any

  async function world() {
    const cpu: Readonly<Record<string, number>> = { a1: 10, a2: 30 }
    const latest = async (ids: readonly string[]) =>
      new Map(
        ids.flatMap((id) =>
          cpu[id] === undefined ? [] : [[id, { at: 0, received: 0, values: { cpu_percent: cpu[id] } }]],
        ),
      )
    const context = testContext(await fresh(), {
      metrics: {
        append: async () => {},
        latest,
        read: async () => ({ tier: 'raw', step: 1, times: [], series: {} }),
      },
    })
    const ask = async (name: string, input: object, actor = systemActor('test')): Promise<Answer> =>
      answerOperation(
        operations.find((each) => each.name === name)!,
        context,
        actor,
        input,
        never,
      )
    for (const [id, device] of [
      ['a1', { name: 'a1', site: 'Graz', tags: ['prod', 'web'] }],
      ['a2', { name: 'a2', site: 'Graz', tags: ['prod'] }],
      ['b1', { name: 'b1', site: 'Wien' }],
      ['c1', undefined],
    ] as const) {
      await ask('server.create', { id })
      if (device === undefined) continue
      const made = await ask('device.create', device)
      await ask('server.update', { id, device: made.id })
    }
    return { ask }
  }

  test('servers are counted by where they stand, those of nowhere last, with their mean and highest load', async () => {
    const { ask } = await world()

    const { groups } = await ask('fleet.groups', { by: 'site' })

    assert.deepEqual(
      groups.map(({ name, total, cpu }: Answer) => [name, total, cpu]),
      [
        ['Graz', 2, { avg: 20, max: 30 }],
        ['Wien', 1, null],
        [null, 1, null],
      ],
    )
  })

  test('a server with two tags is of both groups, and a query narrows all of them', async () => {
    const { ask } = await world()

    const { groups } = await ask('fleet.groups', { by: 'tag', q: 'site:Graz' })

    assert.deepEqual(
      groups.map(({ name, total, unknown }: Answer) => [name, total, unknown]),
      [
        ['prod', 2, 2],
        ['web', 1, 1],
      ],
    )
  })
})
