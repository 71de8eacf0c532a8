import { openSync, writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { openDatabase } from '#database/open.ts'
import { createMetrics } from '#features/metrics/create-metrics.ts'
import { toTimestamp } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import type { MetricsKillOrder } from '#test/metrics-kill.ts'
import { killedReading, metricsKillConfig } from '#test/metrics-kill-world.ts'
import { alwaysMine } from '#test/metric-readings.ts'

/** A process that receives metrics and seals them while its clock races, until it is killed. */
const order = JSON.parse(process.argv[2]!) as MetricsKillOrder
process.on('disconnect', () => process.exit(1))
const going = new Promise<number>((resolve) => process.on('message', (from) => resolve(Number(from))))
process.send!('warm')
const from = await going

/** A millisecond of ours is a minute of its clock: buckets end all the time. */
const now = () => from + Math.round((performance.now() - begun) * 60_000)
const begun = performance.now()
const opened = await openDatabase({ url: order.url })
const clock = {
  now: () => toTimestamp(now()),
  monotonic: () => performance.now() * 60_000,
  sleep: (milliseconds: number) => pause(milliseconds),
}
const engine = createMetrics({ ...opened, clock, config: metricsKillConfig(), log: silentLog })
const session = engine.begin(alwaysMine(opened), () => {})
const never = new AbortController().signal
await session.replay(never)
const acknowledged = openSync(order.acknowledged, 'a')

let sent = 0
async function send(subject: string): Promise<never> {
  for (let last = 0; ;) {
    last = Math.max(last + 1, now())
    await engine.append([killedReading(subject, last)])
    writeSync(acknowledged, `${subject} ${last}\n`)
    if ((sent += 1) === order.subjects.length * 3) process.send!('works')
  }
}
for (const subject of order.subjects) void send(subject)
for (;;) {
  await session.tick(never)
  await pause(2)
}
