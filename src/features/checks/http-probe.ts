import { daysLeft, issuerOf } from '#features/checks/certificate-facts.ts'
import type { CheckSettings } from '#features/checks/check-settings.ts'
import type { CheckOutcome } from '#features/checks/outcome.ts'
import type { Probe } from '#features/checks/probe.ts'
import { addressesOf } from '#features/checks/reach.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import { type ProbeAnswer, probeHttp } from '#sources/http-probe.ts'

const mostBody = 262_144

/** Whether a web server answers as it should. */
export const httpProbe: Probe<'http'> = async ({ target, settings, timeoutMs, reach, clock }, signal) => {
  const url = URL.parse(urlOf(target, settings))
  if (url === null || !/^https?:$/.test(url.protocol))
    return { result: 'down', message: 'its address is no URL' }
  const began = clock.monotonic()
  const answer = await probeHttp(
    {
      url,
      method: settings.method,
      headers: settings.headers,
      body: settings.body,
      followRedirects: settings.followRedirects,
      maxBodyBytes: mostBody,
      trust: settings.trust,
      timeoutMs,
      resolve: (host) => addressesOf(reach, host),
    },
    signal,
  )
  const latency = clock.monotonic() - began
  const { certificate } = answer
  const days = certificate && daysLeft(certificate, toMilliseconds(clock.now()))
  const wrong = complaintOf(answer, settings) ?? expiryOf(days, settings.minDays)
  const issuer = certificate ? `, certificate of ${issuerOf(certificate)} for ${Math.floor(days!)} days` : ''
  return {
    result: wrong === undefined ? 'up' : 'down',
    message: wrong ?? `status ${answer.status}${issuer}`,
    latency,
    values: { http_status: answer.status, ...(days === undefined ? {} : { certificate_days: days }) },
  } satisfies CheckOutcome
}

/** The settings' URL for the target, or the target itself, with http where it names no scheme. */
function urlOf(target: string, { url }: CheckSettings<'http'>): string {
  const host =
    target.includes(':') && !target.includes('://') && !target.startsWith('[') ? `[${target}]` : target
  if (url !== undefined) return url.replaceAll(/\{address\}|%7Baddress%7D/gi, host)
  return /^https?:\/\//i.test(target) ? target : `http://${host}/`
}

const expiryOf = (days: number | undefined, least: number | undefined): string | undefined =>
  days !== undefined && least !== undefined && days < least
    ? `its certificate expires in ${Math.floor(days)} days`
    : undefined

function complaintOf(
  { status, body }: ProbeAnswer,
  { statuses, contains, matches, json }: CheckSettings<'http'>,
): string | undefined {
  if (!statuses.some((range) => isInRange(status, range))) return `status ${status}`
  if (contains !== undefined && !body.includes(contains)) return 'the text is not in its body'
  if (matches !== undefined && !new RegExp(matches, 'u').test(body)) return 'its body does not match'
  if (json === undefined) return undefined
  const value = valueAt(body, json.path)
  if (value.kind === 'no json') return 'its body is no JSON'
  return value.kind === 'found' && value.value === json.equals ? undefined : `${json.path} is another value`
}

function isInRange(status: number, range: string): boolean {
  const [from, to] = range.split('-').map(Number) as [number, number?]
  return status >= from && status <= (to ?? from)
}

type Value = { kind: 'no json' | 'missing' } | { kind: 'found'; value: unknown }

function valueAt(body: string, path: string): Value {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return { kind: 'no json' }
  }
  for (const key of path.replace(/^\$/, '').match(/[\w-]+/g) ?? []) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return { kind: 'missing' }
    value = (value as Record<string, unknown>)[key]
  }
  return { kind: 'found', value }
}
