import { loadMemory, loadWishes, keepClocksEvery, type Memory } from '#features/alerts/alert-memory.ts'
import { loadPersonal, markTold, nameAlerts, saveTurn } from '#features/alerts/alert-memory-queries.ts'
import {
  endByPerson,
  endOrphans,
  endRemoved,
  evaluateTurn,
  noChanges,
  type Turn,
  type TurnChanges,
} from '#features/alerts/alert-turn.ts'
import { isMissed } from '#features/alerts/assign-causes.ts'
import { usualCoincidence } from '#features/alerts/common-causes.ts'
import { createForecasts, type Forecasts } from '#features/alerts/forecasts.ts'
import { isLoss, type OpenAlert } from '#features/alerts/open-alert.ts'
import { createRestlessSubjects } from '#features/alerts/restless-subjects.ts'
import { seedRules } from '#features/alerts/rule-queries.ts'
import { heldServers, noSurroundings, settleCauses, surroundingsOf } from '#features/alerts/settle-causes.ts'
import { saveCell } from '#features/alerts/step-cell.ts'
import { noticesOf, tellAlerts, type Tale } from '#features/alerts/tell-alerts.ts'
import { loadTopology } from '#features/alerts/topology-queries.ts'
import { createWatchedTime } from '#features/alerts/watched-time.ts'
import type { Watch, WatchPart } from '#features/monitoring/watch.ts'
import { enqueueNotices } from '#features/notices/enqueue-notices.ts'
import { toMilliseconds } from '#kernel/clock.ts'

/** How old what is known of the surroundings, and of selections, may be while it matters; watched milliseconds. */
const freshFor = 60_000
/** More changes than these in one turn are told to pages as one. */
const toldOneByOne = 50

/** What makes rules, silences and the rest be read again. */
const wishTopics = new Set([
  'rule.changed',
  'silence.changed',
  'escalation.changed',
  'channel.changed',
  'service.changed',
  'database.changed',
])

/** The part of the watch that finds what is wrong, by the rules that people made. */
export function createAlertsPart(): WatchPart {
  let watch: Watch | undefined
  let memory: Memory | undefined
  let now = 0
  let watchedTime = createWatchedTime()
  let restless = createRestlessSubjects(() => now)
  let around = noSurroundings
  let forecasts: Forecasts | undefined
  let wishesAreOld = false
  let wishesReadAt = 0
  let clocksKeptAt = 0
  let stopListening = () => {}

  return {
    name: 'alerts',
    async start(watching, signal) {
      watch = watching
      memory = undefined
      now = 0
      watchedTime = createWatchedTime()
      restless = createRestlessSubjects(() => now)
      around = noSurroundings
      clocksKeptAt = 0
      const { context } = watching
      await watching.lease.mine((transaction) => seedRules(transaction, context.clock.now()))
      stopListening = context.events.subscribe(({ topic, data }) => {
        if (wishTopics.has(topic) || (topic === 'alert.changed' && data['by'] !== undefined))
          wishesAreOld = true
      })
      forecasts = createForecasts(watching, (server) => restless.touch(server), signal)
    },
    hear: (entries) => restless.heard(entries),
    async tick(signal) {
      if (!watch) return
      now = watchedTime(watch.context.clock.monotonic())
      try {
        await takeTurn(watch)
      } catch (error) {
        // What is remembered may be ahead of what is kept: read it again.
        memory = undefined
        restless.touchAll()
        if (!signal.aborted) throw error
      }
    },
    async stop() {
      stopListening()
      await forecasts?.end()
      watch = undefined
      memory = undefined
    },
  }

  async function takeTurn(watching: Watch): Promise<void> {
    const { context } = watching
    const changes = noChanges()
    const turn = await prepareTurn(watching, changes)
    const { touched, gone } = restless.take(watching)
    evaluateTurn(turn, touched, gone, changes)
    const open = [...turn.memory.open.values()]
    const isHeld = heldServers(watching.servers.values()).length > 0
    if ((isHeld || open.some(isLoss)) && now - around.readAt >= freshFor)
      around = surroundingsOf(await loadTopology(context.reports), watching.servers, watching.checks, now)
    const { massOfflineShare, massOfflineServers } = context.config.monitoring
    const coincidence = { ...usualCoincidence, fleetShare: massOfflineShare, fleetLeast: massOfflineServers }
    if (isHeld || open.length > 0) settleCauses(turn, around, coincidence, changes)
    const wall = toMilliseconds(context.clock.now())
    const tales = tellAlerts(turn.memory, { now, wall, reminders: reminders(watching) }, changes, behind)
    keepClocks(turn, changes)
    await keep(watching, changes, tales)
  }

  /** The turn's memory, read from the database where it is new or people changed something. */
  async function prepareTurn(
    { context, servers, checks, head, watchedUntil }: Watch,
    changes: TurnChanges,
  ): Promise<Turn> {
    const isNew = memory === undefined
    const wasOld = wishesAreOld || now - wishesReadAt >= freshFor
    if (isNew || wasOld) {
      wishesAreOld = false
      wishesReadAt = now
    }
    const known: Memory = memory ?? (await loadMemory(context, { now, watchedUntil }))
    memory = known
    const turn: Turn = {
      memory: known,
      isSelectedAnew: isNew || wasOld,
      now,
      wall: context.clock.now(),
      groupWait: context.config.monitoring.alerts.groupWaitSeconds * 1_000,
      evidence: {
        head,
        servers,
        checks,
        expected: known.expected,
        forecasts: forecasts?.hoursUntilFull ?? new Map(),
        skews: restless.skews,
        statusChanges: (server) => restless.statusChanges(server, now),
        now: toMilliseconds(context.clock.now()),
      },
    }
    if (!isNew && wasOld) {
      Object.assign(known, await loadWishes(context, known.works))
      await hearPeople(turn, changes)
      turn.evidence.expected = known.expected
      restless.touchAll()
    }
    if (isNew) endRemoved(turn, changes)
    if (isNew || wasOld) endOrphans(turn, changes)
    return turn
  }

  /** What people said of open alerts: that they look after one, or that it is over. */
  async function hearPeople(turn: Turn, changes: TurnChanges): Promise<void> {
    const rows = new Map((await loadPersonal(watch!.context.db)).map((row) => [row.id, row]))
    for (const alert of turn.memory.open.values()) {
      const row = rows.get(alert.id)
      if (row) alert.isAcknowledged = row.acknowledged_at !== null
      else endByPerson(turn, alert, changes)
    }
  }

  /** How many servers are lost behind what an alert is about. */
  function behind(alert: OpenAlert): number {
    if (!isLoss(alert) || alert.deviceId === null) return 0
    const members = around.groups.get(`device:${alert.deviceId}`)?.members ?? []
    return members.filter((member) => member !== alert.serverId && isMissed(watch?.servers.get(member)))
      .length
  }

  function keepClocks({ memory: known }: Turn, changes: TurnChanges): void {
    if (now - clocksKeptAt < keepClocksEvery) return
    clocksKeptAt = now
    for (const work of known.works)
      for (const [subject, cells] of work.cells)
        for (const [part, cell] of cells) {
          const isRunning =
            cell.value !== undefined && (cell.calm >= 0 || cell.level < work.terms.levels.length)
          if (isRunning)
            changes.cells.set(JSON.stringify([work.rule.id, subject, part]), { work, subject, part, cell })
        }
  }

  async function keep(
    { context, lease }: Watch,
    changes: TurnChanges,
    tales: readonly Tale[],
  ): Promise<void> {
    const { made, changed, resolved, events } = changes
    const cells = [...changes.cells.values()]
    if (made.size + changed.size + resolved.size + events.length + cells.length + tales.length === 0) return
    const at = context.clock.now()
    await lease.mine(async (transaction) => {
      await nameAlerts(transaction, context.engine, [...made])
      await saveTurn(transaction, context.engine, at, {
        made: [...made].filter((alert) => !resolved.has(alert)),
        changed: [...changed],
        resolved: [...resolved]
          .map(([alert, how]) => ({ alert, how }))
          .filter(({ alert }) => !made.has(alert)),
        events: events.filter(({ alert }) => !(made.has(alert) && resolved.has(alert))),
        cells: cells.flatMap(({ work, subject, part, cell }) =>
          cell === undefined
            ? []
            : [
                {
                  rule_id: work.rule.id,
                  subject,
                  part,
                  alert_id: alertOf(work.rule.id, subject, part),
                  cell: saveCell(cell, now),
                  saved_at: at,
                },
              ],
        ),
        forgotten: cells.flatMap(({ work, subject, part, cell }) =>
          cell === undefined ? [{ rule_id: work.rule.id, subject, part }] : [],
        ),
      })
      const told = tales.filter(({ kind, alert }) => kind !== 'resolved' && !resolved.has(alert))
      await markTold(
        transaction,
        at,
        told.map(({ alert }) => alert.id),
      )
      const { publicUrl } = context.config.server
      await enqueueNotices(
        transaction,
        context.engine,
        at,
        tales.flatMap((tale) => noticesOf(tale, publicUrl)),
      )
    })
    publish(context, new Set([...made, ...changed, ...resolved.keys()]), at)
  }

  function alertOf(rule: number, subject: string, part: string): number | null {
    return memory?.open.get(`rule:${rule}/${subject}/${part}`)?.id ?? null
  }
}

const reminders = ({ context }: Watch) => {
  const { reminderCriticalMinutes, reminderWarningMinutes } = context.config.monitoring.alerts
  return {
    ...(reminderCriticalMinutes === 0 ? {} : { critical: reminderCriticalMinutes * 60_000 }),
    ...(reminderWarningMinutes === 0 ? {} : { warning: reminderWarningMinutes * 60_000 }),
  }
}

function publish({ events }: Watch['context'], alerts: ReadonlySet<OpenAlert>, at: string): void {
  if (alerts.size > toldOneByOne) return events.publish({ topic: 'alert.changed', at, data: {} })
  for (const { id } of alerts) events.publish({ topic: 'alert.changed', at, data: { id } })
}
