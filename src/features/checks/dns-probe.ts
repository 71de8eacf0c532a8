import { getServers } from 'node:dns'
import { askDns, type DnsAnswer } from '#features/checks/ask-dns.ts'
import type { CheckOutcome } from '#features/checks/outcome.ts'
import type { Probe } from '#features/checks/probe.ts'
import { addressesOf } from '#features/checks/reach.ts'
import { parseIp } from '#model/ip-address.ts'

/** Whether a name server answers, and as it should. */
export const dnsProbe: Probe<'dns'> = async ({ target, settings, timeoutMs, reach, clock }, signal) => {
  const { type, port, expected } = settings
  const name = settings.name ?? target
  const asked = settings.resolver ?? (settings.name === undefined ? undefined : target)
  const isOurs = asked === undefined
  const [server] = isOurs ? ownServers() : await addressesOf(reach, asked)
  if (server === undefined) return { result: 'unable', message: 'this machine has no resolver' }
  const began = clock.monotonic()
  let answer: DnsAnswer
  try {
    answer = await askDns({ server, port: isOurs ? 53 : port, name, type, timeoutMs }, signal)
  } catch (error) {
    if (!isOurs) throw error
    return { result: 'unable', message: 'the resolver of this machine does not answer' }
  }
  return { ...judge(answer, type, expected), latency: clock.monotonic() - began }
}

const ownServers = (): string[] => getServers().flatMap((text) => parseIp(text) ?? [])

function judge(answer: DnsAnswer, type: string, expected: readonly string[] | undefined): CheckOutcome {
  if (answer.rcode !== undefined && answer.rcode !== 'NOERROR')
    return { result: 'down', message: `the answer is ${answer.rcode}` }
  const found = (answer.answers ?? []).filter((each) => each.type === type).map(({ data }) => textOf(data))
  if (found.length === 0) return { result: 'down', message: `there is no ${type} record` }
  const message = found.toSorted().slice(0, 5).join(', ').slice(0, 300)
  if (expected === undefined) return { result: 'up', message }
  const [wanted, got] = [expected, found].map((texts) => new Set(texts.map(plain)))
  return wanted!.symmetricDifference(got!).size === 0
    ? { result: 'up', message }
    : { result: 'down', message: `other values: ${message}` }
}

/** Spelled as one would expect it: `10 mail.example.net` for MX. */
function textOf(data: unknown): string {
  if (typeof data === 'string') return data
  if (Buffer.isBuffer(data)) return data.toString('utf8')
  if (Array.isArray(data)) return data.map(textOf).join('')
  if (typeof data !== 'object' || data === null) return String(data)
  const { preference, exchange, priority, weight, port, target, mname, rname, serial } = data as Record<
    string,
    string | number | undefined
  >
  if (exchange !== undefined) return `${preference ?? 0} ${exchange}`
  if (target !== undefined) return `${priority ?? 0} ${weight ?? 0} ${port ?? 0} ${target}`
  return `${mname ?? ''} ${rname ?? ''} ${serial ?? ''}`
}

const plain = (text: string): string => parseIp(text) ?? text.toLowerCase().replace(/\.$/, '')
