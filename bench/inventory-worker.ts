import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import { exportDevices } from '#features/inventory/export-devices.ts'
import { operations } from '#features/operations.ts'
import { systemClock } from '#kernel/clock.ts'
import { systemActor } from '#model/actor.ts'
import { buildHttpServer } from '#surfaces/http/http-server.ts'
import { testContext } from '#test/test-context.ts'
import { fillInventory } from './large-inventory.ts'

/** Serves a large inventory on a loopback port: `node inventory-worker.ts URL COUNT`; says `{port, seconds}` to its parent. */
const [url = '', count = '100000'] = process.argv.slice(2)
const opened = await openDatabase({ url })
await migrate(opened)
const start = performance.now()
await fillInventory(opened, Number(count))
const seconds = (performance.now() - start) / 1000
// As maintenance and autovacuum leave it; SQLite must do without.
if (opened.engine === 'postgres') await sql`vacuum analyze`.execute(opened.db)

const admin = systemActor('bench')
const server = buildHttpServer({
  context: { ...testContext(opened), clock: systemClock },
  operations,
  version: 'bench',
  exportDevices,
  access: {
    identify: async ({ headers }) => {
      const tags = headers.get('x-tags')
      return tags === null ? admin : { ...admin, tags: tags.split(',') }
    },
    handle: async () => new Response(null, { status: 404 }),
  },
})
await server.listen({ port: 0, host: '127.0.0.1' })
const { port } = server.server.address() as AddressInfo
process.send!({ port, seconds })
process.on('disconnect', () => {
  void server.close().then(() => opened.close())
})
