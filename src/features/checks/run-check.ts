import { networkInterfaces } from 'node:os'
import { notTrusted } from '#features/checks/certificate-facts.ts'
import type { CheckKind } from '#features/checks/check-settings.ts'
import { dnsProbe } from '#features/checks/dns-probe.ts'
import { httpProbe } from '#features/checks/http-probe.ts'
import { codeOf, failed, timedOut, type CheckOutcome } from '#features/checks/outcome.ts'
import { pingProbe } from '#features/checks/ping-probe.ts'
import type { Probe, ProbeTask } from '#features/checks/probe.ts'
import { OutOfReach } from '#features/checks/reach.ts'
import { snmpProbe } from '#features/checks/snmp-probe.ts'
import { certificateProbe, tcpProbe } from '#features/checks/tcp-probe.ts'
import { AppError } from '#kernel/errors.ts'

const probes: { [Kind in CheckKind]: Probe<Kind> } = {
  ping: pingProbe,
  tcp: tcpProbe,
  http: httpProbe,
  dns: dnsProbe,
  snmp: snmpProbe,
  certificate: certificateProbe,
}

/** Asks once and says what was found, within the time limit. Only an abort throws: the signal's reason. */
export async function runCheck(kind: CheckKind, task: ProbeTask, signal: AbortSignal): Promise<CheckOutcome> {
  signal.throwIfAborted()
  const limit = AbortSignal.timeout(task.timeoutMs)
  const both = AbortSignal.any([signal, limit])
  try {
    // The kind says which settings its task has.
    const outcome = await (probes[kind] as Probe<CheckKind>)(task, both)
    return outcome
  } catch (error) {
    signal.throwIfAborted()
    return explained(error, limit.aborted, task.timeoutMs)
  }
}

function explained(error: unknown, isLate: boolean, timeoutMs: number): CheckOutcome {
  if (error instanceof OutOfReach) return { result: 'unable', message: error.message }
  if (error instanceof AppError)
    return { result: error.code === 'SOURCE_TIMEOUT' ? 'down' : 'unable', message: error.message }
  const outcome = isLate || isTimeout(error) ? timedOut(timeoutMs) : (notTrusted(error) ?? failed(error))
  // Who refuses a connection has answered.
  if (outcome.result === 'down' && codeOf(error) !== 'ECONNREFUSED' && !hasNetwork())
    return { result: 'unable', message: 'this machine has no network' }
  return outcome
}

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'TimeoutError' || error.name === 'ConnectTimeoutError')

/** Whether any interface but the machine's own has an address. */
const hasNetwork = (): boolean =>
  Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ internal }) => !internal))
