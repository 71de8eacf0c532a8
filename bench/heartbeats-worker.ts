import path from 'node:path'
import type { AddressInfo } from 'node:net'
import { createToken } from '#features/access/tokens.ts'
import { createAccess } from '#features/access/access.ts'
import { keepWatch } from '#features/monitoring/keep-watch.ts'
import { operations } from '#features/operations.ts'
import { createHeartbeatIntake } from '#features/servers/take-heartbeats.ts'
import { createWatchParts } from '#features/watch-parts.ts'
import { systemClock } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import { systemActor } from '#model/actor.ts'
import { openApp } from '#open-app.ts'
import { buildHttpServer } from '#surfaces/http/http-server.ts'
import { testConfig } from '#test/test-config.ts'

/** The server that the bench of heartbeats asks: everything that serves them, and a POST that does nothing. */
const folder = process.argv[2]!
const ending = new AbortController()
const config = testConfig({
  dataDirectory: folder,
  database: { url: `sqlite:${path.join(folder, 'rollcall.db')}` },
  secrets: { keyFile: path.join(folder, 'rollcall.key') },
  audit: { checkpointFile: path.join(folder, 'checkpoints.jsonl') },
})
const app = await openApp(
  { config, clock: systemClock, log: silentLog, roles: ['api', 'worker'] },
  ending.signal,
)
const { context } = app
const { secret } = await createToken(context, systemActor('bench'), {
  name: 'bench',
  role: 'operator',
  expiresInDays: 1,
})
const access = createAccess(context)
const server = buildHttpServer({
  context,
  operations,
  access,
  version: '0.0.0',
  heartbeats: createHeartbeatIntake(context),
})
server.post('/api/v1/noop', { config: { permission: 'open', guardedElsewhere: true } }, async () => ({
  ok: true,
}))
const watching = keepWatch(
  context,
  { engine: app.metrics, parts: createWatchParts(), node: app.node },
  ending.signal,
)
await server.listen({ port: 0, host: '127.0.0.1' })
process.send!({ port: (server.server.address() as AddressInfo).port, token: secret })
process.once('SIGTERM', () => {
  ending.abort()
  void (async () => {
    await server.close()
    await watching
    await app.close()
    process.exit(0)
  })()
})
