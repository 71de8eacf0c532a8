import type { Probe } from '#features/checks/probe.ts'
import { addressesOf } from '#features/checks/reach.ts'
import { runProgram } from '#sources/local/run-program.ts'

/** `192.0.2.1 : xmt/rcv/%loss = 3/2/33%, min/avg/max = 0.04/0.06/0.09`. */
const summary = /=\s*(\d+)\/(\d+)\/(\d+)%(?:.*=\s*([\d.]+)\/([\d.]+)\/([\d.]+))?/

/** Whether a machine answers ICMP echoes. */
export const pingProbe: Probe<'ping'> = async ({ target, settings, timeoutMs, reach }, signal) => {
  const { count, maxLossPercent, maxMilliseconds } = settings
  const [address] = await addressesOf(reach, target)
  const wait = Math.max(50, Math.floor(timeoutMs / (count + 1)))
  const args = ['-q', '-c', String(count), '-p', String(Math.min(wait, 250)), '-t', String(wait), address!]
  const { code, stderr } = await runProgram('fping', args, { timeout: timeoutMs + 1_000 }, signal)
  const found = summary.exec(stderr)
  if (found === null || code === undefined || code > 2)
    return { result: 'unable', message: 'fping could not send; it needs the right to send ICMP' }
  const [loss, mean] = [Number(found[3]), found[5] === undefined ? undefined : Number(found[5])]
  const isSlow = mean !== undefined && maxMilliseconds !== undefined && mean > maxMilliseconds
  const isDown = loss > maxLossPercent || mean === undefined
  const said = mean === undefined ? 'no answer' : `${loss} % lost, ${mean} ms`
  return {
    result: isDown || isSlow ? 'down' : 'up',
    message: said,
    ...(mean === undefined ? {} : { latency: mean }),
    values: { loss_percent: loss },
  }
}
