import type { Watch, WatchedServer } from '#features/monitoring/watch.ts'
import type { Flapping } from '#features/status/flapping.ts'
import type { Liveness, Verdict } from '#features/status/liveness.ts'
import {
  beginIncident,
  missingIn,
  openIncident,
  updateIncident,
  writeStatuses,
  type ChangeRow,
  type StatusRow,
} from '#features/status/status-queries.ts'
import { statusOf } from '#features/status/watched-server.ts'
import { toMilliseconds, toTimestamp } from '#kernel/clock.ts'

/** What became of servers, on its way to the database; who listens is told when it is there. */
export interface StatusChanges {
  /** Takes up what a node that watched before had begun. */
  recall(): Promise<void>
  /** Says of our own happenings that they are ours. */
  mark: string
  /** Something of it may be another now. */
  look(id: string): void
  judged(verdict: Verdict): void
  forget(id: string): void
  /** Writes what is new in one transaction. What could not be written is tried again at the next turn. */
  write(): Promise<void>
}

interface Change {
  server: WatchedServer
  status: WatchedServer['status']
  condition: WatchedServer['condition']
  isFlapping: boolean
  incident: number | undefined
}

/** A change of these is worth a line in the history; `stale` comes and goes. */
const told = (condition: WatchedServer['condition']): string | null =>
  condition === 'stale' ? null : condition

export function createStatusChanges(
  { context, servers, lease }: Watch,
  liveness: Liveness,
  flapping: Flapping,
): StatusChanges {
  const { clock, engine, events, log } = context
  const mark = 'status'
  const open = new Set<string>()
  /** Those that went missing together with others, while they are missing. */
  const together = new Set<string>()
  let incident: { id: number; servers: number } | undefined

  function changeOf(server: WatchedServer, now: number): Change | undefined {
    const next = statusOf(server, liveness.stateOf(server.id))
    const isNews = next.status !== server.status
    if (isNews && server.condition !== 'never_seen') flapping.changed(server.id, now)
    const isFlapping = flapping.isFlapping(server.id, now)
    const cause = together.has(server.id) ? incident?.id : undefined
    const isSame = !isNews && next.condition === server.condition
    if (isSame && isFlapping === (server.isFlapping ?? false) && cause === server.incident) return undefined
    return { server, ...next, isFlapping, incident: cause }
  }

  function causeOf({ server, status, condition, incident: cause }: Change): string {
    if (condition === 'paused') return 'paused'
    if (cause !== undefined)
      return status === 'offline'
        ? 'missing together with many others'
        : 'many at once: hub or network suspected'
    if (status === 'online') return server.condition === 'never_seen' ? 'first heartbeat' : 'heard'
    if (status === 'offline') return `no heartbeat for ${silenceOf(server)}`
    if (condition === 'asleep') return `silent for ${silenceOf(server)}`
    return condition ?? 'not known'
  }

  const silenceOf = ({ lastReceived }: WatchedServer): string => {
    if (lastReceived === undefined) return 'a while'
    return `${Math.max(0, Math.round((toMilliseconds(clock.now()) - lastReceived) / 1_000))} s`
  }

  async function write(): Promise<void> {
    for (const id of flapping.ids()) if (servers.get(id)?.isFlapping) open.add(id)
    if (open.size === 0 && incident === undefined) return
    const now = clock.now()
    const heldNow = liveness.counts().held
    const joined = [...together].filter((id) => servers.has(id)).length
    const begun = await beginOrEnd(joined, heldNow, now)
    const looked = [...open]
    const changed = looked.flatMap((id) => {
      const server = servers.get(id)
      const change = server && changeOf(server, clock.monotonic())
      return change ? [change] : []
    })
    const rows = changed.filter(isWritten).map((change) => rowOf(change, now))
    const history = changed.filter(isHistory).map((change) => historyOf(change, now))
    if (rows.length > 0) await lease.mine((transaction) => writeStatuses(transaction, engine, rows, history))
    for (const id of looked) open.delete(id)
    for (const change of changed) take(change, now)
    if (!begun) return
    const { stale, held } = liveness.counts()
    log.warn(
      { missing: stale + held },
      'many servers went missing at once; this machine or its network is suspected',
    )
  }

  /** True when an incident begins with this turn. */
  async function beginOrEnd(joined: number, held: number, now: string): Promise<boolean> {
    if (incident === undefined && joined > 0) {
      const message = 'Many servers went missing at once: hub or network suspected'
      const row = { kind: 'many_at_once', message, servers: joined, began_at: now }
      const id = await lease.mine((transaction) => beginIncident(transaction, row))
      incident = { id, servers: joined }
      return true
    }
    if (incident === undefined) return false
    const { id } = incident
    if (joined > incident.servers) {
      await lease.mine((transaction) => updateIncident(transaction, id, { servers: joined }))
      incident.servers = joined
    }
    // It is over for those that are judged too, once none is left of whom we do not know.
    if (held === 0 && joined === 0) {
      await lease.mine((transaction) => updateIncident(transaction, id, { ended_at: now }))
      incident = undefined
    }
    return false
  }

  const isWritten = ({ server, status, condition }: Change): boolean =>
    status !== server.status || condition !== server.condition
  const isHistory = ({ server, status, condition }: Change): boolean =>
    status !== server.status || told(condition) !== told(server.condition)

  const rowOf = ({ server, status, condition }: Change, now: string): StatusRow => {
    const heard = server.lastReceived === undefined ? null : toTimestamp(server.lastReceived)
    return {
      id: server.id,
      status,
      condition,
      status_since: status === server.status ? toTimestamp(server.since) : now,
      last_seen: heard,
      last_received_at: heard,
    }
  }

  const historyOf = (change: Change, now: string): ChangeRow => ({
    server_id: change.server.id,
    at: now,
    status: change.status,
    condition: told(change.condition),
    cause: causeOf(change),
    incident_id: change.incident ?? null,
  })

  /** It is on disk: from now on it is so. */
  function take({ server, status, condition, isFlapping, incident: cause }: Change, now: string): void {
    if (status !== server.status) server.since = toMilliseconds(now)
    Object.assign(server, { status, condition, isFlapping, incident: cause })
    const data = { id: server.id, status, condition, watch: mark }
    events.publish({ topic: 'server.changed', at: now, data })
  }

  return {
    mark,
    async recall() {
      incident = await openIncident(context.db)
      if (incident === undefined) return
      for (const id of await missingIn(context.db, incident.id)) {
        together.add(id)
        const server = servers.get(id)
        if (server !== undefined) server.incident = incident.id
      }
    },
    look(id) {
      if (liveness.stateOf(id) === 'alive') together.delete(id)
      open.add(id)
    },
    judged({ id, state, isOneOfMany }) {
      if (isOneOfMany && (state === 'held' || state === 'gone')) together.add(id)
      open.add(id)
    },
    forget(id) {
      open.delete(id)
      together.delete(id)
    },
    write,
  }
}
