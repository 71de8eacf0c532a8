import { loadChecks, writeStates, type StateRow } from '#features/checks/check-queries.ts'
import { nextState } from '#features/checks/check-state.ts'
import { bringUpChildren } from '#features/checks/children.ts'
import type { CheckOutcome } from '#features/checks/outcome.ts'
import {
  plannedChecks,
  runPlanned,
  toWatchedCheck,
  type PlannedCheck,
} from '#features/checks/planned-check.ts'
import type { Watch, WatchedCheck, WatchPart } from '#features/monitoring/watch.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import type { Entry } from '#model/sample.ts'

/** How often checks are read again although nobody told of a change; milliseconds. */
const readEvery = 60_000
/** A failed check is tried again so soon until it counts as down. */
const retryAfter = 20_000
/** Whose happenings are our own. */
const mark = 'checks'

/** Runs the checks without an agent, beside the turns, and keeps watch.checks. */
export function createChecksPart(run = runPlanned): WatchPart {
  let running: ReturnType<typeof begin> | undefined
  return {
    name: 'checks',
    async start(watch) {
      running = begin(watch, run)
      await running.read()
    },
    tick: async () => running?.tick(),
    async stop() {
      await running?.end()
      running = undefined
    },
  }
}

interface Turn {
  planned: PlannedCheck
  failures: number
  /** Monotonic. */
  dueAt: number
  isRunning: boolean
}

interface Finished {
  id: number
  at: number
  outcome: CheckOutcome
}

/** Not all at once: each check has its own place in its interval, the same after every restart. */
const phaseOf = (id: number, interval: number): number => (Math.imul(id, 2_654_435_761) >>> 0) % interval

function begin(watch: Watch, run: typeof runPlanned) {
  const { context, checks, lease } = watch
  const { clock, config, engine, events, log } = context
  const turns = new Map<number, Turn>()
  const ended = new AbortController()
  const underWay = new Set<Promise<void>>()
  /** States that are not written yet. */
  const pending = new Map<number, WatchedCheck['state']>()
  let finished: Finished[] = []
  let readAt = Number.NEGATIVE_INFINITY
  let isBegun = false
  const unsubscribe = events.subscribe(({ topic, data }) => {
    const isOurs = topic === 'check.changed' && data['watch'] !== mark
    if (isOurs || topic === 'database.changed') readAt = Number.NEGATIVE_INFINITY
  })

  async function read(): Promise<void> {
    readAt = clock.monotonic()
    let rows = await loadChecks(context.db)
    if (await bringUpChildren(watch, rows)) rows = await loadChecks(context.db)
    const there = new Set<number>()
    for (const planned of plannedChecks(rows)) {
      there.add(planned.row.id)
      take(planned)
    }
    for (const id of turns.keys()) {
      if (there.has(id)) continue
      turns.delete(id)
      checks.delete(id)
    }
    isBegun = true
  }

  function take(planned: PlannedCheck): void {
    const { row, how } = planned
    const fresh = toWatchedCheck(planned)
    const known = checks.get(row.id)
    const turn = turns.get(row.id)
    const now = clock.monotonic()
    if (known === undefined || turn === undefined) {
      const interval = how.interval_seconds * 1_000
      const failures = fresh.state === 'down' ? how.retries + 1 : 0
      // One that was just made is run at once.
      const dueAt = isBegun ? now : now + phaseOf(row.id, interval)
      turns.set(row.id, { planned, failures, dueAt, isRunning: false })
      checks.set(row.id, fresh)
      return
    }
    const isEdited = turn.planned.how.version !== how.version || turn.planned.row.version !== row.version
    if (isEdited) turn.dueAt = now
    turn.planned = planned
    Object.assign(known, { name: fresh.name, deviceId: fresh.deviceId, isPaused: fresh.isPaused })
  }

  /** Begins what is due, as many as may run at a time; the others have their turn as soon as one ends. */
  function launch(): void {
    const now = clock.monotonic()
    const due = [...turns.entries()]
      .filter(([id, turn]) => !turn.isRunning && turn.dueAt <= now && checks.get(id)?.isPaused === false)
      .toSorted(([, one], [, other]) => one.dueAt - other.dueAt)
      .slice(0, Math.max(0, config.monitoring.checks.concurrent - underWay.size))
    for (const [id, turn] of due) {
      const work = once(id, turn).finally(() => underWay.delete(work))
      underWay.add(work)
    }
  }

  async function once(id: number, turn: Turn): Promise<void> {
    turn.isRunning = true
    const outcome = await run(context, turn.planned, ended.signal).catch((err: unknown) => {
      if (!ended.signal.aborted) log.error({ err, check: id }, 'a check could not be run')
    })
    turn.isRunning = false
    const interval = turn.planned.how.interval_seconds * 1_000
    // In step with its place in the interval, however long it took.
    while (turn.dueAt <= clock.monotonic()) turn.dueAt += interval
    if (!outcome || ended.signal.aborted) return
    finished.push({ id, at: toMilliseconds(clock.now()), outcome })
    settle(id, turn, outcome)
  }

  function settle(id: number, turn: Turn, { result }: CheckOutcome): void {
    const state = pending.get(id) ?? checks.get(id)?.state ?? 'unknown'
    const next = nextState({ state, failures: turn.failures }, result, turn.planned.how.retries)
    turn.failures = next.failures
    if (next.state === 'pending') turn.dueAt = Math.min(turn.dueAt, clock.monotonic() + retryAfter)
    pending.set(id, next.state)
  }
  /** What was found since the last turn: values to the metrics, changes of state to the database. */
  async function tell(): Promise<void> {
    const results = finished
    finished = []
    const entries = results.filter(({ outcome }) => outcome.result !== 'unable').map(toEntry)
    if (entries.length > 0)
      void context.metrics
        .append(entries)
        .catch((err: unknown) => log.warn({ err }, 'what checks measured could not be kept'))
    for (const { id, outcome } of results) {
      const check = checks.get(id)
      if (check !== undefined) check.message = outcome.message
    }
    const told = [...pending]
    const changed = told.flatMap(([id, state]) => {
      const check = checks.get(id)
      return check !== undefined && check.state !== state ? [{ check, state }] : []
    })
    if (changed.length > 0) await write(changed)
    // What ended while this was written is told with the next turn.
    for (const [id, state] of told) if (pending.get(id) === state) pending.delete(id)
  }

  async function write(
    changed: readonly { check: WatchedCheck; state: WatchedCheck['state'] }[],
  ): Promise<void> {
    const now = clock.now()
    const rows: StateRow[] = changed.map(({ check, state }) => ({
      id: check.id,
      state,
      state_since: now,
      message: check.message,
    }))
    await lease.mine((transaction) => writeStates(transaction, engine, rows))
    for (const { check, state } of changed) {
      check.state = state
      check.since = toMilliseconds(now)
      events.publish({ topic: 'check.changed', at: now, data: { id: check.id, state, watch: mark } })
    }
  }

  return {
    read,
    async tick() {
      if (clock.monotonic() - readAt >= readEvery) await read()
      await tell()
      launch()
    },
    async end() {
      unsubscribe()
      ended.abort()
      await Promise.allSettled(underWay)
    },
  }
}

const toEntry = ({ id, at, outcome }: Finished): Entry => ({
  subject: `check:${id}`,
  at,
  received: at,
  core: [],
  backfill: false,
  extra: {
    up: outcome.result === 'up' ? 1 : 0,
    ...(outcome.latency === undefined ? {} : { latency_ms: Math.round(outcome.latency * 1_000) / 1_000 }),
    ...outcome.values,
  },
})
