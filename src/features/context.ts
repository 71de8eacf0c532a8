import type { Config } from '#config.ts'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import type { Clock } from '#kernel/clock.ts'
import type { EventBus } from '#kernel/event-bus.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Log } from '#kernel/log.ts'
import type { Actor } from '#model/actor.ts'
import type { JobId } from '#model/ids.ts'
import type { Entry } from '#model/sample.ts'
import type { SourceType } from '#sources/source.ts'

/** Seals secrets at rest with the key file (AES-256-GCM, a nonce per value, key id in the text). */
export interface SecretBox {
  seal(plain: string): string
  /** Throws SECRET_UNREADABLE when the key is not the one that sealed it. */
  open(sealed: string): string
  /** Signs text for one purpose (HMAC-SHA256 with a key derived from the first of the key file), 64 hexadecimal digits. */
  mac(purpose: string, text: string): Mac
  /** Whether a signature is one of ours; `unknown key` when the key file does not hold its key. */
  checkMac(purpose: string, text: string, signature: Mac): 'good' | 'wrong' | 'unknown key'
}

/** A signature, and which key made it. */
export interface Mac {
  keyId: string
  mac: string
}

/** A row of a job that is made from what is at hand. */
export interface NewRow {
  key: string
  input: JsonObject
  deviceId?: number | undefined
}

/** How a job is done. */
export interface JobOptions {
  /** Rows at a time; the action's own number where it is lower. */
  concurrency?: number | undefined
  maxAttempts?: number | undefined
  /** Pauses when it has cost more. */
  maxCostCents?: number | undefined
  /** Pauses when more rows than this have failed, or a larger share (0 to 1) of at least 20. */
  maxFailures?: number | undefined
  maxFailureShare?: number | undefined
  /** So many rows first; then it waits for a person, or goes on by itself when all of them went well. */
  canary?: { rows: number; afterwards: 'wait' | 'go' } | undefined
}

/** A job to be made. Without `rows` it has the one row that is all of it. */
export interface NewJob {
  action: string
  name: string
  parameters: JsonObject
  actor: Actor
  originalCommand?: string | undefined
  description?: string | undefined
  rows?: readonly NewRow[] | undefined
  /** -10 to 10; higher goes first. */
  priority?: number | undefined
  scheduledFor?: string | undefined
  scheduleId?: number | undefined
  /** Jobs that have to be completed, or only over, before it begins. */
  dependsOn?: readonly { jobId: number; need: 'completed' | 'ended' }[] | undefined
  options?: JobOptions | undefined
}

/** Work that takes long: submitted here, done by the server or by this process where there is none. */
export interface JobQueue {
  submit(job: NewJob): Promise<JobId>
  /** Asks a job to stop; true when it was still to do or running. */
  cancel(id: JobId, actor: Actor): Promise<boolean>
}

/** One line of the audit trail. Details hold no secrets. */
export interface AuditEntry {
  actor: string
  operation: string
  subject?: string | undefined
  message: string
  level?: 'INFO' | 'WARNING' | 'ERROR' | undefined
  eventType?: 'state_change' | 'api_call' | 'row_event' | 'error' | 'sign_in' | 'access' | undefined
  details?: JsonObject | undefined
  jobId?: number | undefined
  rowNumber?: number | undefined
}

/** Points of one subject. */
export interface SeriesRequest {
  subject: string
  /** Milliseconds since 1970; `to` is no longer part of it. */
  from: number
  to: number
  /** Metric names and series keys; `network_rx_bytes` and other counters come as rates a second. */
  metrics: readonly string[]
  /** About how many points are wanted at most. */
  points: number
}

/** One metric over time: a value a bucket, null where nothing was told. */
export interface SeriesValues {
  avg: (number | null)[]
  min: (number | null)[]
  max: (number | null)[]
}

/** What was read, as columns: `times` are the beginnings of buckets of `step` milliseconds. */
export interface SeriesAnswer {
  /** The finest tier that it rests on. */
  tier: 'raw' | 'hour' | 'day'
  step: number
  times: number[]
  series: Record<string, SeriesValues>
}

/** The newest reading of a subject: its time by the sender and by us, in milliseconds since 1970. */
export interface Newest {
  at: number
  received: number
  values: Readonly<Record<string, number>>
}

/** Metrics as they are kept: a durable log, the recent hours, sealed chunks and roll-ups. */
export interface Metrics {
  /**
   * Resolves when the entries are on disk. What was already told of a subject at a time stays as it was. Throws BUSY
   * with a time to try again when too many wait.
   */
  append(entries: readonly Entry[]): Promise<void>
  /** Newest values by metric name or series key, of the subjects that have told anything. */
  latest(subjects: readonly string[]): Promise<ReadonlyMap<string, Newest>>
  /** Points in the finest resolution that fits, up to now, from memory, rows, chunks and roll-ups alike. */
  read(request: SeriesRequest, signal: AbortSignal): Promise<SeriesAnswer>
}

/** What a feature may use. A function takes the part it needs with Pick. */
export interface Context {
  /** Quick reads, and every write: grouped into one durable commit with its neighbours. */
  db: Database
  /** Reads that may take long; they never delay a write or a page. Cannot write. */
  reports: Database
  engine: Engine
  clock: Clock
  log: Log
  events: EventBus
  config: Config
  secrets: SecretBox
  sourceTypes: ReadonlyMap<string, SourceType>
  jobs: JobQueue
  metrics: Metrics
  audit(entry: AuditEntry): Promise<void>
}
