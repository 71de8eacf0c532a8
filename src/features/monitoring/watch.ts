import type { Context } from '#features/context.ts'
import type { Lease } from '#features/monitoring/lease.ts'
import type { Entry, Told } from '#model/sample.ts'

/** Newest values of a subject. */
export interface Latest {
  /** Milliseconds since 1970: by the sender, and by us. */
  at: number
  received: number
  /** By metric name or series key. */
  values: Readonly<Record<string, number>>
}

/** The readings of the recent hours, in memory of the one node that watches. */
export interface Head {
  latest(subject: string): Latest | undefined
  /** Points of one metric since a time, oldest first; only as far back as memory goes. */
  recent(subject: string, metric: string, since: number): { times: number[]; values: number[] }
  subjects(): Iterable<string>
}

export const serverStatuses = ['online', 'offline', 'unknown'] as const
export type ServerStatus = (typeof serverStatuses)[number]
/** Finer than the status; null where there is nothing to add. */
export const serverConditions = ['stale', 'paused', 'maintenance', 'asleep', 'never_seen'] as const
export type ServerCondition = (typeof serverConditions)[number]

/** A server as the node that watches has it. */
export interface WatchedServer {
  id: string
  name: string
  deviceId: number | null
  machineType: 'server' | 'workstation'
  status: ServerStatus
  condition: ServerCondition | null
  /** Milliseconds since 1970: since when it has this status. */
  since: number
  /** Seconds between two heartbeats. */
  interval: number
  isPaused: boolean
  /** A maintenance window covers it now. */
  isInMaintenance: boolean
  /** When we last received something that proves life; milliseconds since 1970. */
  lastReceived: number | undefined
  /** It changed its status often of late. */
  isFlapping?: boolean | undefined
  /** It went missing together with many others (status_incidents): one cause for all of them. */
  incident?: number | undefined
  told: Told
}

/** A check as the node that watches has it. */
export interface WatchedCheck {
  id: number
  name: string
  deviceId: number | null
  /** pending: failed, but not yet often enough to count as down. */
  state: 'up' | 'down' | 'pending' | 'unknown'
  since: number
  message: string
  isPaused: boolean
}

/** What the parts of the watch share, in the memory of the one node that watches. */
export interface Watch {
  context: Context
  head: Head
  servers: Map<string, WatchedServer>
  checks: Map<number, WatchedCheck>
  /** When somebody was last known to watch before this node began, in milliseconds since 1970. */
  watchedUntil: number | undefined
  /** The turn of this node: what it writes goes through `mine`, so that a node that was replaced writes nothing. */
  lease: Lease
}

/** A part of the watch: status, alerts, checks, notices. Exactly one node of an installation runs them. */
export interface WatchPart {
  name: string
  /** Once, when this node begins to watch and before the log is read again. */
  start?(watch: Watch, signal: AbortSignal): Promise<void>
  /** Entries in the order in which they became durable; `replayed` when they were read from the log at a start. */
  hear?(entries: readonly Entry[], how: { replayed: boolean }): void
  /** About once a second, one part after the other. It must not wait on the network: that is work beside. */
  tick?(signal: AbortSignal): Promise<void>
  /** When this node watches no longer. */
  stop?(): Promise<void>
}
