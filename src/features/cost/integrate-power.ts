import { ExactSum } from '#features/cost/exact-sum.ts'
import { type PowerProfile, wattsAt, wholeOf } from '#features/cost/power-profile.ts'

/** Averages over stretches of one length; null where nothing was told. Milliseconds. */
export interface Buckets {
  step: number
  times: readonly number[]
  values: readonly (number | null)[]
}

/** A stretch of the day, whose power costs so much. */
export interface Slot {
  from: number
  to: number
  /** Null where there is no tariff. */
  centsPerKwh: number | null
}

export interface StateSpan {
  from: number
  to: number
  state: 'on' | 'off' | 'unknown'
}

export interface PowerInput {
  slots: readonly Slot[]
  /** One after the other, over all of the slots. */
  states: readonly StateSpan[]
  /** Percent. */
  cpu: Buckets
  watts: Buckets
  /** The watts are those of the processor, not of the whole machine. */
  isPartial?: boolean | undefined
  profile: PowerProfile
}

export interface HourOfPower {
  from: number
  kwh: number
  low: number
  high: number
  cents: number | null
}

export interface PowerOfDay {
  hours: HourOfPower[]
  secondsOn: number
  secondsMeasured: number
  secondsPartial: number
  secondsEstimated: number
}

/** A measured value may be wrong by so much; what is guessed from before and after, by so much more. */
const measuredError = 0.03
const guessedError = 0.2
/** Where the processor is measured and the rest of the machine is not. */
const partialError = 0.25
/** So long the neighbours of a missing reading are as good as it; milliseconds. */
const bridge = 15 * 60_000
/** Where a machine is on and nothing at all is known of its load. */
const unknownLoad = 0.1
const kwhPerWattMillisecond = 1 / 3_600_000_000

/**
 * The energy of each slot: measured power where there is some, else the load by the profile, nothing while off. A
 * reading proves that the machine was on. Where nobody listened it is worked out from before and after. Pure.
 */
export function integratePower({
  slots,
  states,
  cpu,
  watts,
  isPartial = false,
  profile,
}: PowerInput): PowerOfDay {
  const readCpu = reader(cpu)
  const readWatts = reader(watts)
  const readState = stateReader(states)
  const seconds = {
    on: new ExactSum(),
    measured: new ExactSum(),
    partial: new ExactSum(),
    estimated: new ExactSum(),
  }
  const allEdges = [
    ...new Set([...bucketEdges(cpu), ...bucketEdges(watts), ...states.map(({ from }) => from)]),
  ].sort((one, other) => one - other)
  const hours = slots.map((slot) => {
    const sums = { kwh: new ExactSum(), low: new ExactSum(), high: new ExactSum() }
    const edges = edgesWithin(slot, allEdges)
    for (let index = 0; index + 1 < edges.length; index += 1) {
      const from = edges[index]!
      const length = edges[index + 1]! - from
      const { power, share, error, isMeasured, isGuess } = powerAt(from + length / 2)
      if (share === 0) continue
      const kwh = power * share * length * kwhPerWattMillisecond
      sums.kwh.add(kwh)
      sums.low.add(kwh * Math.max(0, 1 - error))
      sums.high.add(kwh * (1 + error))
      seconds.on.add((share * length) / 1_000)
      if (isMeasured) (isPartial ? seconds.partial : seconds.measured).add(length / 1_000)
      if (isGuess) seconds.estimated.add((share * length) / 1_000)
    }
    const kwh = sums.kwh.value
    const cents = slot.centsPerKwh === null ? null : kwh * slot.centsPerKwh
    return { from: slot.from, kwh, low: sums.low.value, high: sums.high.value, cents }
  })
  return {
    hours,
    secondsOn: seconds.on.value,
    secondsMeasured: seconds.measured.value,
    secondsPartial: seconds.partial.value,
    secondsEstimated: seconds.estimated.value,
  }

  function wholeWatts(value: number): number {
    return isPartial ? wholeOf(profile, value) : value
  }

  function powerAt(at: number) {
    const measured = readWatts(at)
    const load = readCpu(at)
    const isTold = measured?.distance === 0 || load?.distance === 0
    const share = isTold ? 1 : readState(at)
    if (share === 0) return { power: 0, share, error: 0, isMeasured: false, isGuess: false }
    const isListening = isTold || share === 1
    if (measured && measured.distance <= bridge) {
      const isGuess = !isListening || readState.isUnknown(at)
      return {
        power: wholeWatts(measured.value),
        share,
        error: (isPartial ? partialError : measuredError) + (isGuess && !isTold ? guessedError : 0),
        isMeasured: isTold,
        isGuess: isGuess && !isTold,
      }
    }
    const isFar = load === undefined || load.distance > bridge
    // What takes no power of its own is not guessed at.
    const isGuess = !isTold && profile.basis !== 'host' && (isFar || readState.isUnknown(at))
    const power =
      measured && isFar
        ? wholeWatts(measured.value)
        : wattsAt(profile, load === undefined ? unknownLoad : load.value / 100)
    return { power, share, error: profile.error + (isGuess ? guessedError : 0), isMeasured: false, isGuess }
  }
}

function* bucketEdges({ times, step, values }: Buckets): Generator<number> {
  for (const [index, time] of times.entries())
    if (values[index] !== null) {
      yield time
      yield time + step
    }
}

/** The edges of a slot and those within it, of others in order. */
function edgesWithin({ from, to }: Slot, others: readonly number[]): number[] {
  let low = 0
  let high = others.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (others[middle]! <= from) low = middle + 1
    else high = middle
  }
  let end = low
  while (end < others.length && others[end]! < to) end += 1
  return [from, ...others.slice(low, end), to]
}

/** The value at a time; where none was told, the mean of those before and after, and how far the nearer one is. */
function reader({ times, values, step }: Buckets) {
  const known = times.flatMap((time, index) =>
    values[index] === null || values[index] === undefined ? [] : [{ time, value: values[index] }],
  )
  return (at: number): { value: number; distance: number } | undefined => {
    let low = 0
    let high = known.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (known[middle]!.time <= at) low = middle + 1
      else high = middle
    }
    const before = known[low - 1]
    const after = known[low]
    if (before && at < before.time + step) return { value: before.value, distance: 0 }
    if (!before && !after) return undefined
    const sinceBefore = before ? at - before.time - step : Infinity
    const untilAfter = after ? after.time - at : Infinity
    const value = before && after ? (before.value + after.value) / 2 : (before ?? after)!.value
    return { value, distance: Math.max(1, Math.min(sinceBefore, untilAfter)) }
  }
}

/** Whether it was on: 1, 0, or a half where nobody knows and it was on before or after only. */
function stateReader(states: readonly StateSpan[]) {
  const indexAt = (at: number): number => states.findIndex(({ from, to }) => from <= at && at < to)
  const stateAt = (at: number): number => {
    const index = indexAt(at)
    const state = states[index]?.state ?? 'off'
    if (state !== 'unknown') return state === 'on' ? 1 : 0
    const before = states.slice(0, index).findLast((span) => span.state !== 'unknown')?.state
    const after = states.slice(index + 1).find((span) => span.state !== 'unknown')?.state
    const around = [before, after].filter((each) => each !== undefined)
    return around.length === 0 ? 0 : around.filter((each) => each === 'on').length / around.length
  }
  stateAt.isUnknown = (at: number): boolean => states[indexAt(at)]?.state === 'unknown'
  return stateAt
}
