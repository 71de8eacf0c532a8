import type { Watch, WatchedServer, WatchPart } from '#features/monitoring/watch.ts'
import { createFlapping } from '#features/status/flapping.ts'
import { createLastHeard } from '#features/status/last-heard.ts'
import { createListening } from '#features/status/listening.ts'
import { createLiveness } from '#features/status/liveness.ts'
import { serversInMaintenance } from '#features/status/maintenance-now.ts'
import { createStatusChanges } from '#features/status/status-changes.ts'
import { insertGap, loadServers, type ServerRow } from '#features/status/status-queries.ts'
import { intervalOf, lastHeardOf, toWatched } from '#features/status/watched-server.ts'
import { shift, toMilliseconds, toTimestamp } from '#kernel/clock.ts'
import type { Entry } from '#model/sample.ts'

/** How often all settings are read again, in case that we were not told of a change; milliseconds. */
const readAllEvery = 300_000
/** How often maintenance windows are looked at. */
const maintenanceEvery = 10_000
/** A write that takes longer than this tells that agents could not be answered meanwhile either. */
const slowWrite = 2_000
/** We were deaf for at most so long before a write of ours showed it: the turn of the node is renewed as often. */
const unnoticed = 5_000

/** Keeps watch.servers: who is there, and who is silent for longer than the rule allows. */
export function createStatusPart(): WatchPart {
  let running: ReturnType<typeof begin> | undefined
  return {
    name: 'status',
    async start(watch) {
      running = begin(watch)
      await running.readServers()
      await running.recall()
    },
    hear: (entries, { replayed }) => running?.hear(entries, replayed),
    tick: async () => running?.tick(),
    async stop() {
      await running?.end()
      running = undefined
    },
  }
}

function begin(watch: Watch) {
  const { context, servers, lease } = watch
  const { clock, config, engine, events } = context
  const { missedHeartbeats: missed, graceSeconds, massOfflineShare, massOfflineServers } = config.monitoring
  const grace = graceSeconds * 1_000
  const listening = createListening(clock)
  const liveness = createLiveness({
    missed,
    grace,
    massShare: massOfflineShare,
    massCount: massOfflineServers,
  })
  const flapping = createFlapping()
  const lastHeard = createLastHeard(clock.monotonic())
  const changes = createStatusChanges(watch, liveness, flapping)
  /** Settings as they were read, by server. */
  const rows = new Map<string, ServerRow>()
  /** Heard, but not known: made a moment ago, perhaps. */
  const strangers = new Map<string, Entry>()
  const toRead = new Set<string>()
  let isBegun = false
  let readAllAt = Number.NEGATIVE_INFINITY
  let maintenanceAt = Number.NEGATIVE_INFINITY
  /** Since when nothing could be written, and so nothing acknowledged. */
  let deaf: { at: number; heard: number } | undefined
  /** What was heard before the first turn, after the log. */
  const early = new Set<string>()

  const unsubscribe = events.subscribe(({ topic, data }) => {
    if (topic === 'server.changed' && data['watch'] !== watchMark) toRead.add(String(data['id']))
    if (topic === 'maintenance.changed') maintenanceAt = Number.NEGATIVE_INFINITY
    if (topic === 'database.changed') {
      readAllAt = Number.NEGATIVE_INFINITY
      maintenanceAt = Number.NEGATIVE_INFINITY
    }
  })
  const watchMark = changes.mark

  function takeRow(row: ServerRow): void {
    const known = servers.get(row.id)
    const before = rows.get(row.id)
    rows.set(row.id, row)
    const fresh = toWatched(row)
    const server = known ?? fresh
    if (known !== undefined) {
      Object.assign(known, {
        name: fresh.name,
        deviceId: fresh.deviceId,
        machineType: fresh.machineType,
        interval: intervalOf(row, known.told),
        isPaused: fresh.isPaused,
      })
    }
    servers.set(row.id, server)
    listen(server)
    // Whoever was left alone is listened for anew, for the whole time that the rule gives.
    if (
      known !== undefined &&
      before?.paused_at !== null &&
      !fresh.isPaused &&
      server.lastReceived !== undefined
    )
      liveness.seed(row.id, 'alive', listening.now())
    changes.look(row.id)
  }

  const listen = ({ id, interval, machineType, isPaused }: WatchedServer): void =>
    liveness.watch(id, {
      interval: interval * 1_000,
      isWorkstation: machineType === 'workstation',
      isPaused,
    })

  async function readServers(ids?: readonly string[]): Promise<void> {
    const found = await loadServers(context, ids)
    for (const row of found) takeRow(row)
    const there = new Set(found.map(({ id }) => id))
    for (const id of ids ?? servers.keys()) if (!there.has(id)) forget(id)
    if (ids === undefined) readAllAt = clock.monotonic()
  }

  function forget(id: string): void {
    servers.delete(id)
    rows.delete(id)
    liveness.forget(id)
    flapping.forget(id)
    lastHeard.forget(id)
    changes.forget(id)
  }

  function hear(entries: readonly Entry[], replayed: boolean): void {
    for (const entry of entries) {
      if (entry.subject.includes(':')) continue
      const server = servers.get(entry.subject)
      if (server === undefined) {
        if (!entry.backfill && strangers.size < 100_000) strangers.set(entry.subject, entry)
        continue
      }
      hearServer(server, entry, replayed)
    }
  }

  function hearServer(server: WatchedServer, entry: Entry, replayed: boolean): void {
    const { id } = server
    if (entry.told !== undefined) {
      server.told = { ...server.told, ...entry.told }
      const interval = intervalOf(rows.get(id)!, server.told)
      if (interval !== server.interval) {
        server.interval = interval
        listen(server)
      }
    }
    if (entry.backfill) return
    server.lastReceived = entry.received
    lastHeard.heard(server, entry)
    if (replayed) return
    if (!isBegun) early.add(id)
    else if (liveness.heard(id, listening.now())) changes.look(id)
  }

  /** Where everybody stands after the log was read: as when somebody last watched, with an interval to be heard anew. */
  function settle(): void {
    isBegun = true
    const now = listening.now()
    for (const server of servers.values()) {
      const { id, lastReceived } = server
      if (lastReceived === undefined) continue
      const interval = server.interval * 1_000
      const silent = Math.max(0, (watch.watchedUntil ?? lastReceived) - lastReceived)
      const heardAt = now - Math.min(silent, missed * interval) + interval
      // By the log's order, not by the time of day, which may have been set meanwhile.
      const isHeardSince = lastReceived !== lastHeardOf(rows.get(id)!)
      const before = isHeardSince ? 'alive' : lifeBefore(server)
      const isMissing = before === 'alive' && silent > interval + grace
      liveness.seed(id, isMissing ? 'stale' : before, heardAt)
      changes.look(id)
    }
    for (const id of early) if (liveness.heard(id, now)) changes.look(id)
    early.clear()
  }

  const lifeBefore = ({ status, condition }: WatchedServer): 'alive' | 'held' | 'gone' =>
    status === 'offline' || condition === 'asleep'
      ? 'gone'
      : status === 'unknown' && condition === 'stale'
        ? 'held'
        : 'alive'

  async function noteGap(milliseconds: number, cause: string): Promise<void> {
    const until = clock.now()
    await lease.mine((transaction) =>
      insertGap(transaction, { from_at: shift(until, -milliseconds), until_at: until, cause }),
    )
  }

  const gapSinceOthers = async (): Promise<void> => {
    const { watchedUntil } = watch
    const now = clock.now()
    if (watchedUntil === undefined || toMilliseconds(now) - watchedUntil <= slowWrite) return
    await lease.mine((transaction) =>
      insertGap(transaction, { from_at: toTimestamp(watchedUntil), until_at: now, cause: 'nobody watched' }),
    )
  }

  /** Time in which nobody could be heard: everybody gets it, and up to an interval to be heard again. */
  async function wasDeaf(milliseconds: number, cause: string): Promise<void> {
    liveness.relearn((interval) => Math.min(milliseconds, interval))
    await noteGap(milliseconds, cause)
  }

  /**
   * Before anybody is judged, a write goes the way of all readings: what was received before it is heard by then, and
   * where it fails nobody's reading can be acknowledged. False when nobody may be judged now.
   */
  async function canAnswer(): Promise<boolean> {
    const asked = { at: clock.monotonic(), heard: listening.now() }
    try {
      await lease.mine(async () => {})
    } catch (error) {
      deaf ??= { at: asked.at - unnoticed, heard: asked.heard - unnoticed }
      throw error
    }
    const since = deaf ?? asked
    const took = clock.monotonic() - since.at
    deaf = undefined
    if (took <= slowWrite) return true
    listening.lose(listening.now() - since.heard)
    listening.turn()
    await wasDeaf(took, 'the database could not be written')
    return false
  }

  const isReferenceUp = (): boolean =>
    config.monitoring.referenceCheck !== undefined &&
    [...watch.checks.values()].some(
      ({ name, state }) => name === config.monitoring.referenceCheck && state === 'up',
    )

  async function refresh(): Promise<void> {
    const at = clock.monotonic()
    if (at - readAllAt >= readAllEvery) await readServers()
    const ids = new Set([...toRead, ...strangers.keys()])
    if (ids.size > 0) {
      toRead.clear()
      const heard = [...strangers.values()]
      strangers.clear()
      await readServers([...ids])
      hear(
        heard.filter(({ subject }) => servers.has(subject)),
        false,
      )
    }
    if (at - maintenanceAt < maintenanceEvery) return
    maintenanceAt = at
    const covered = await serversInMaintenance(context, servers)
    for (const server of servers.values()) {
      if (server.isInMaintenance === covered.has(server.id)) continue
      server.isInMaintenance = covered.has(server.id)
      changes.look(server.id)
    }
  }

  async function tick(): Promise<void> {
    const late = listening.turn()
    if (!isBegun) {
      settle()
      await gapSinceOthers()
    } else if (late > 0) await wasDeaf(late, 'this process was held up')
    await refresh()
    const mayJudge = (deaf === undefined && !liveness.wouldLose(listening.now())) || (await canAnswer())
    if (mayJudge) {
      const canHear = isReferenceUp()
      for (const verdict of liveness.judge(listening.now(), canHear)) changes.judged(verdict)
    }
    await changes.write()
    if (lastHeard.isDue(clock.monotonic(), servers.size)) await writeLastHeard()
  }

  async function writeLastHeard(): Promise<void> {
    const { done } = await lease.mine((transaction) => lastHeard.write(transaction, engine, servers))
    done(clock.monotonic())
  }

  return {
    readServers,
    recall: () => changes.recall(),
    hear,
    tick,
    async end() {
      unsubscribe()
      await writeLastHeard()
    },
  }
}
