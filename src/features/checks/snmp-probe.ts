import type { CheckSettings } from '#features/checks/check-settings.ts'
import type { CheckOutcome } from '#features/checks/outcome.ts'
import type { Probe } from '#features/checks/probe.ts'
import { addressesOf } from '#features/checks/reach.ts'
import { seriesKey } from '#model/sample.ts'
import { AppError } from '#kernel/errors.ts'
import type { Agent } from '#sources/snmp/agent.ts'
import { liveAgent } from '#sources/snmp/session.ts'
import { toNumber, toOid, toText, type SnmpValue } from '#sources/snmp/values.ts'

type Settings = CheckSettings<'snmp'>

const sysUpTime = '1.3.6.1.2.1.1.3.0'
const ifName = '1.3.6.1.2.1.31.1.1.1.1'
const ifDescr = '1.3.6.1.2.1.2.2.1.2'
const ifOperStatus = '1.3.6.1.2.1.2.2.1.8'
/** Counters of one interface, by the names under which they are kept: totals since the device started. */
const counters = {
  interface_rx_bytes: '1.3.6.1.2.1.31.1.1.1.6',
  interface_tx_bytes: '1.3.6.1.2.1.31.1.1.1.10',
  interface_rx_errors: '1.3.6.1.2.1.2.2.1.14',
  interface_tx_errors: '1.3.6.1.2.1.2.2.1.20',
} as const
const mostInterfaces = 10_000

/** Whether a device answers SNMP, with the value or the interface that is asked for. */
export const snmpProbe: Probe<'snmp'> = async ({ target, settings, timeoutMs, reach, clock }, signal) => {
  const [host] = await addressesOf(reach, target)
  const began = clock.monotonic()
  const limits = { timeout: Math.max(100, Math.floor(timeoutMs / 3)), retries: 1, maxRepetitions: 20 }
  const agent = liveAgent({ host: host!, login: settings, settings: limits })
  try {
    const outcome =
      settings.interface === undefined
        ? await readValue(agent, settings, signal)
        : await readInterface(agent, settings.interface, signal)
    return { ...outcome, latency: clock.monotonic() - began }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { result: 'down', message: error.message }
  } finally {
    await agent.close()
  }
}

async function readValue(agent: Agent, settings: Settings, signal: AbortSignal): Promise<CheckOutcome> {
  const oid = settings.oid ?? sysUpTime
  const value = (await agent.get([oid], signal)).get(oid)
  if (value === undefined) return { result: 'down', message: `it has no value ${oid}` }
  const number = toNumber(value)
  const text = number === undefined ? (toText(value) ?? toOid(value) ?? 'bytes') : String(number)
  const values = number === undefined ? {} : { values: { snmp_value: number } }
  return compares(value, settings)
    ? { result: 'up', message: text.slice(0, 300), ...values }
    : {
        result: 'down',
        message: `${text.slice(0, 200)} is not ${settings.operator} ${settings.value}`,
        ...values,
      }
}

function compares(value: SnmpValue, { operator, value: wanted }: Settings): boolean {
  if (operator === undefined || wanted === undefined) return true
  const [number, limit] = [toNumber(value), Number(wanted)]
  if (number === undefined || Number.isNaN(limit)) {
    const isEqual = (toText(value) ?? toOid(value)) === String(wanted)
    return operator === '=' ? isEqual : operator === '!=' && !isEqual
  }
  switch (operator) {
    case '=':
      return number === limit
    case '!=':
      return number !== limit
    case '<':
      return number < limit
    case '<=':
      return number <= limit
    case '>':
      return number > limit
    case '>=':
      return number >= limit
  }
}

async function readInterface(agent: Agent, name: string, signal: AbortSignal): Promise<CheckOutcome> {
  const index = await indexOf(agent, name, signal)
  if (index === undefined) return { result: 'down', message: `it has no interface ${name}` }
  const asked = Object.entries(counters).map(([key, oid]) => [key, `${oid}.${index}`] as const)
  const status = `${ifOperStatus}.${index}`
  const found = await agent.get([status, ...asked.map(([, oid]) => oid)], signal)
  const values = Object.fromEntries(
    asked.flatMap(([key, oid]) => {
      const number = toNumber(found.get(oid))
      return number === undefined ? [] : [[seriesKey(key, { interface: name }), number]]
    }),
  )
  const isUp = toNumber(found.get(status)) === 1
  return { result: isUp ? 'up' : 'down', message: `${name} is ${isUp ? 'up' : 'not up'}`, values }
}

async function indexOf(agent: Agent, name: string, signal: AbortSignal): Promise<string | undefined> {
  for (const column of [ifName, ifDescr]) {
    const { rows } = await agent.walk(column, mostInterfaces, signal)
    for (const [index, value] of rows) if (toText(value) === name) return index
  }
  return undefined
}
