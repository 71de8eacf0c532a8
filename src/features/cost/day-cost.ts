import type { Context, SeriesAnswer } from '#features/context.ts'
import { type CostServer, statesOf } from '#features/cost/cost-queries.ts'
import { sumOf } from '#features/cost/exact-sum.ts'
import { type Buckets, integratePower } from '#features/cost/integrate-power.ts'
import { addDays, dayAt, hoursOfDay, startOfDay } from '#features/cost/local-days.ts'
import { profileOf } from '#features/cost/power-profile.ts'
import { centsAt, type Tariff, tariffOf } from '#features/cost/tariff.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import { contentHash } from '#kernel/json.ts'
import { seriesKey } from '#model/sample.ts'

/** The hour as the clock on the wall shows it, with where it begins in time: one comes twice in autumn. */
export interface HourCost {
  at: number
  kwh: number
  cents: number | null
}

/** What a server took on one day. Nothing in it is rounded. */
export interface DayCost {
  serverId: string
  day: string
  basis: string
  tariffId: number | null
  currency: string | null
  kwh: number
  lowKwh: number
  highKwh: number
  cents: number | null
  lowCents: number | null
  highCents: number | null
  secondsOn: number
  secondsMeasured: number
  /** Measured of the processor only. */
  secondsPartial: number
  secondsEstimated: number
  hours: HourCost[]
  closed: boolean
  computedAt: string
}

type Parts = Pick<Context, 'db' | 'metrics' | 'clock' | 'config'>

/** Late readings are waited for so long after the end of a day; milliseconds. */
const patience = 3_600_000

/** The tariff of a server on a day, the configured price where there is none. */
export function tariffFor(
  { config }: Pick<Context, 'config'>,
  tariffs: readonly Tariff[],
  server: CostServer,
  day: string,
): Tariff | undefined {
  const found = tariffOf(tariffs, server, day)
  const { cost } = config.monitoring
  if (found || cost === undefined) return found
  return {
    id: 0,
    name: 'configured',
    ...cost,
    validFrom: null,
    validTo: null,
    baseFeeCents: 0,
    bands: [],
    overhead: 1,
    tags: [],
    sites: [],
    createdAt: '',
    updatedAt: '',
    version: 0,
  }
}

/** What a day is worked out with: another basis, and it has to be worked out anew. */
export const basisOf = (server: CostServer, tariff: Tariff | undefined): string =>
  contentHash({ traits: server.traits, tariff: tariff ?? null }).slice(0, 16)

/** Works out what a server takes on a day of its zone, up to now. */
export async function workOutDay(
  parts: Parts,
  server: CostServer,
  tariff: Tariff | undefined,
  day: string,
  signal: AbortSignal,
): Promise<DayCost> {
  const now = toMilliseconds(parts.clock.now())
  const zone = tariff?.zone ?? 'UTC'
  const [from, end] = [startOfDay(zone, day), startOfDay(zone, addDays(day, 1))]
  const to = Math.min(end, now)
  const hours = hoursOfDay(zone, day).filter((hour) => hour.from < to)
  const profile = profileOf(server.traits)
  const load =
    to > from && profile.basis !== 'host' ? await readLoad(parts, server.id, from, to, signal) : nothing
  const states = to > from ? await statesOf(parts.db, server, from, to) : []
  const overhead = tariff?.overhead ?? 1
  const power = integratePower({
    slots: hours.map((hour) => ({
      from: hour.from,
      to: Math.min(hour.to, to),
      centsPerKwh: tariff === undefined ? null : centsAt(tariff, hour.weekday, hour.hour) * overhead,
    })),
    states,
    ...load,
    profile,
  })
  const sum = (value: (hour: (typeof power.hours)[number]) => number): number => sumOf(power.hours.map(value))
  const kwh = sum((hour) => hour.kwh)
  // By the price of each hour, so that an uncertain hour weighs as what it costs.
  const priced = (value: 'low' | 'high'): number | null =>
    tariff === undefined ? null : sum((hour) => (hour.kwh === 0 ? 0 : (hour.cents! * hour[value]) / hour.kwh))
  return {
    serverId: server.id,
    day,
    basis: basisOf(server, tariff),
    tariffId: tariff?.id ?? null,
    currency: tariff?.currency ?? null,
    kwh,
    lowKwh: sum((hour) => hour.low),
    highKwh: sum((hour) => hour.high),
    cents: tariff === undefined ? null : sum((hour) => hour.cents!),
    lowCents: priced('low'),
    highCents: priced('high'),
    secondsOn: power.secondsOn,
    secondsMeasured: power.secondsMeasured,
    secondsPartial: power.secondsPartial,
    secondsEstimated: power.secondsEstimated,
    hours: power.hours.map(({ from: at, kwh: energy, cents }) => ({ at, kwh: energy, cents })),
    closed: now >= end + patience,
    computedAt: parts.clock.now(),
  }
}

/** The day that it is now for a server, whose tariff decides about its zone. */
export const todayOf = (
  parts: Pick<Context, 'clock' | 'config'>,
  tariffs: readonly Tariff[],
  server: CostServer,
): string => {
  const now = toMilliseconds(parts.clock.now())
  return dayAt(tariffFor(parts, tariffs, server, dayAt('UTC', now))?.zone ?? 'UTC', now)
}

/** What agents tell where they can measure parts of a machine only, as its processor. */
const partialPower = seriesKey('power_watts', { covers: 'parts' })

const none: Buckets = { step: 1, times: [], values: [] }
const nothing = { cpu: none, watts: none, isPartial: false }

/** Load and measured power, as fine as they are kept. */
async function readLoad(
  { metrics }: Pick<Context, 'metrics'>,
  subject: string,
  from: number,
  to: number,
  signal: AbortSignal,
) {
  const latest = await metrics.latest([subject])
  const keys = Object.keys(latest.get(subject)?.values ?? {})
  const names = keys.filter((key) => /^power_watts(\{|$)/.test(key)).sort()
  const power = names.find((key) => key !== partialPower) ?? names[0] ?? 'power_watts'
  const answer = await metrics.read(
    { subject, from, to, metrics: ['cpu_percent', power], points: 1_440 },
    signal,
  )
  const pick = (name: string): Buckets => bucketsOf(answer, name)
  return { cpu: pick('cpu_percent'), watts: pick(power), isPartial: power === partialPower }
}

const bucketsOf = ({ times, step, series }: SeriesAnswer, name: string): Buckets => ({
  step,
  times,
  values: series[name]?.avg ?? [],
})
