import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { test } from 'node:test'
import { toServerId } from '#features/servers/server-id.ts'
import { measureSelf } from '#measure-self.ts'
import type { Entry } from '#model/sample.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { testContext } from '#test/test-context.ts'

const id = toServerId(hostname())!
const look = async () => ({ metrics: { cpu_percent: 12.5 }, warnings: [] })

onEachDatabase('the hub as its own server', (fresh) => {
  /** Measures until nothing is left to do but to wait. */
  async function measured(settings: { isRemoved?: boolean; self?: boolean } = {}) {
    const heard: Entry[] = []
    const plain = testContext(await fresh())
    const { clock } = plain
    const { self = true } = settings
    const context = {
      ...plain,
      config: { ...plain.config, monitoring: { ...plain.config.monitoring, self } },
      metrics: { ...plain.metrics, append: async (entries: readonly Entry[]) => void heard.push(...entries) },
    }
    if (settings.isRemoved)
      await context.db
        .insertInto('removed_servers')
        .values({ id, removed_at: clock.now(), removed_by: 'ada' })
        .execute()
    const stopping = new AbortController()
    const sleeping = new Promise<void>((resolve) => {
      const sleep = clock.sleep.bind(clock)
      clock.sleep = (milliseconds, signal) => {
        resolve()
        return sleep(milliseconds, signal)
      }
    })
    const running = measureSelf(context, { version: '1.0.0', look }, stopping.signal)
    await Promise.race([sleeping, running])
    stopping.abort()
    await running
    const servers = await context.db.selectFrom('servers').select(['id', 'hostname']).execute()
    return { heard, servers: servers.map((row) => ({ ...row })) }
  }

  test('this machine becomes a server and is measured', async () => {
    const { heard, servers } = await measured()

    assert.deepEqual(servers, [{ id, hostname: hostname() }])
    assert.deepEqual(
      heard.map(({ subject, core, backfill }) => [subject, core[0], backfill]),
      [[id, 12.5, false]],
    )
  })

  test('a machine that a person took out is not put back, and none is where that is not wanted', async () => {
    assert.deepEqual(await measured({ isRemoved: true }), { heard: [], servers: [] })
    assert.deepEqual(await measured({ self: false }), { heard: [], servers: [] })
  })
})
