import { flushCompileCache } from 'node:module'
import { openDatabase } from '#database/open.ts'
import { createSecretBox } from '#features/access/secret-box.ts'
import { signAuditWith } from '#features/audit/chain-head.ts'
import { work } from '#features/jobs/worker.ts'
import { systemClock } from '#kernel/clock.ts'
import { killActions } from '#test/kill-action.ts'
import { killConfig, killKeys } from '#test/kill-world.ts'
import type { KillOrder } from '#test/kill-world.ts'
import { testContext } from '#test/test-context.ts'

/**
 * A worker that is going to be killed. It loads everything, says `warm`, and waits to be told to `go`; then it opens the
 * database and works until it is told to `end`, or dies.
 */
const order = JSON.parse(process.argv[2]!) as KillOrder
const told = (word: string): Promise<void> =>
  new Promise((resolve) => process.on('message', (given) => given === word && resolve()))
process.on('disconnect', () => process.exit(1))
const going = told('go')
const ending = told('end')
// The next ones load faster.
if (order.keepsCode) flushCompileCache()
process.send!('warm')
await going

const opened = await openDatabase({ url: order.url })
const secrets = createSecretBox(killKeys)
signAuditWith(opened.db, secrets)
const context = { ...testContext(opened, { secrets, config: killConfig(order) }), clock: systemClock }
const controller = new AbortController()
void ending.then(() => controller.abort())
const node = {
  id: `${order.node}-${process.pid}`,
  hostname: 'kill',
  pid: process.pid,
  roles: ['worker'] as const,
}
await work(context, killActions(order.work), node, controller.signal)
await opened.close()
process.exit(0)
