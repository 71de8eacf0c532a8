import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { addChannel } from '#features/notices/edit-channels.ts'
import { enqueueNotices } from '#features/notices/enqueue-notices.ts'
import { listNotices } from '#features/notices/notice-queries.ts'
import { noticesPart } from '#features/notices/notices-part.ts'
import { databaseChild } from '#test/database-child.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { never } from '#test/http-lab.ts'
import { testContext } from '#test/test-context.ts'
import { nextTold, watchOf } from '#test/outbox-watch.ts'

/** Another process that tells what is in the outbox, until somebody ends it. */
const teller = `
  const at = (name) => import(name)
  const { testContext } = await at(${JSON.stringify(import.meta.resolve('#test/test-context.ts'))})
  const { watchOf } = await at(${JSON.stringify(import.meta.resolve('#test/outbox-watch.ts'))})
  const { noticesPart } = await at(${JSON.stringify(import.meta.resolve('#features/notices/notices-part.ts'))})
  const part = noticesPart()
  const never = new AbortController().signal
  await part.start(watchOf(testContext(opened)), never)
  await part.tick(never)
  await heard`

onEachDatabase('an outbox whose node is killed', (fresh) => {
  test('tells what was on its way again, under the same key and before what came later', async (t) => {
    const got: { key: unknown; body: { title: string; notices: object[] } }[] = []
    const arrived = Promise.withResolvers<void>()
    const sink = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(parts).toString()) as (typeof got)[number]['body']
        got.push({ key: request.headers['idempotency-key'], body })
        arrived.resolve()
        // The first one is never answered: its sender dies before.
        if (got.length > 1) response.end('taken')
      })
    })
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
    t.after(() => {
      sink.closeAllConnections()
      sink.close()
    })
    const address = sink.address() as { port: number }
    const opened = await fresh()
    const context = testContext(opened)
    const channel = await addChannel(context, {
      name: 'hook',
      kind: 'webhook',
      enabled: true,
      settings: { url: `http://127.0.0.1:${address.port}/hook` },
      templates: {},
      quietHours: null,
      groupSeconds: 0,
      maxPerHour: 100,
    })
    const put = (key: string, kind: 'firing' | 'resolved') =>
      context.db.transaction().execute((transaction) =>
        enqueueNotices(transaction, context.engine, context.clock.now(), [
          {
            key,
            channelId: channel.id,
            kind,
            severity: 'critical',
            title: kind,
            text: '',
            labels: {},
            alertId: 1,
          },
        ]),
      )
    await put('one', 'firing')
    const child = databaseChild(opened.url, teller)
    await arrived.promise
    await child.kill()
    await put('two', 'resolved')

    const part = noticesPart()
    await part.start!(watchOf(context), never)
    for (let turn = 1; turn <= 2; turn += 1) {
      const told = nextTold(context)
      await part.tick!(never)
      await told
    }
    await part.stop!()

    assert.deepEqual(
      got.map(({ body }) => body.title),
      ['firing', 'firing', 'Resolved: resolved'],
    )
    assert.equal(got[0]!.key, got[1]!.key)
    assert.notEqual(got[1]!.key, got[2]!.key)
    const states = (await listNotices(context.db, {}, { limit: 10 })).map(({ state }) => state)
    assert.deepEqual(states, ['sent', 'sent'])
  })
})
