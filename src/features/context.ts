import type { Config } from '#config.ts'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import type { Clock } from '#kernel/clock.ts'
import type { EventBus } from '#kernel/event-bus.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Log } from '#kernel/log.ts'
import type { Actor } from '#model/actor.ts'
import type { JobId } from '#model/ids.ts'
import type { SourceType } from '#sources/source.ts'

/** Seals secrets at rest with the key file (AES-256-GCM, a nonce per value, key id in the text). */
export interface SecretBox {
  seal(plain: string): string
  /** Throws SECRET_UNREADABLE when the key is not the one that sealed it. */
  open(sealed: string): string
}

/** Work that takes long: submitted here, done by the server or by this process where there is none. */
export interface JobQueue {
  submit(job: {
    action: string
    name: string
    parameters: JsonObject
    actor: Actor
    originalCommand?: string | undefined
  }): Promise<JobId>
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
  audit(entry: AuditEntry): Promise<void>
}
