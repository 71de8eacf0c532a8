import { systemClock } from '#kernel/clock.ts'
import { toAppError } from '#kernel/errors.ts'
import { csvSource } from '#sources/csv/csv.ts'
import { dnsmasqSource } from '#sources/dnsmasq/dnsmasq.ts'
import { iscDhcpSource } from '#sources/isc-dhcp/isc-dhcp.ts'
import { keaSource } from '#sources/kea/kea.ts'
import { toolsAt } from '#test/lease-world.ts'

/** Reads one file once and prints how it went as JSON: for tests that watch a process of its own read it. */
const [, , type = '', path = ''] = process.argv
const tools = toolsAt('2026-11-22T07:20:00.000Z')
const openers = {
  'isc-dhcp': () => iscDhcpSource.open({ path }, tools),
  kea: () => keaSource.open(keaSource.settings.parse({ path }), tools),
  dnsmasq: () => dnsmasqSource.open({ path }, tools),
  csv: () => csvSource.open(csvSource.settings.parse({ path }), tools),
}

/** What the process says at its end. */
export interface WatchedReading {
  records: number
  complete: boolean
  /** Empty where it did not fail. */
  error: string
  code: string
  /** The most memory the process ever held, code and buffers and all. */
  peakMegabytes: number
  seconds: number
}

const started = systemClock.monotonic()
const result = { records: 0, complete: false, error: '', code: '' }
try {
  const pages = openers[type as keyof typeof openers]().read(new AbortController().signal)
  let step = await pages.next()
  for (; !step.done; step = await pages.next()) result.records += step.value.records.length
  result.complete = step.value.complete
} catch (thrown) {
  const { message, code } = toAppError(thrown)
  Object.assign(result, { error: message, code })
}
const watched: WatchedReading = {
  ...result,
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
  seconds: (systemClock.monotonic() - started) / 1000,
}
process.stdout.write(JSON.stringify(watched))
