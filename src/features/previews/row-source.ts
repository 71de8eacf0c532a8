import type { Context } from '#features/context.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import type { LeftOut } from '#features/previews/left-out.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Actor } from '#model/actor.ts'

/** A row as its source tells it, before the action has said anything. */
export interface SourceRow {
  key: string
  input: JsonObject
  deviceId: number | null
  /** Where it stands, for complaints: `line 17`. */
  place: string
}

/** Rows from anywhere. Counts grow while they are read. */
export interface RowSource {
  /** For people: `rows.csv`. */
  from: string
  columns: readonly string[]
  /** How many rows there will be at most, where it is known. */
  total: number | null
  /** Sentences with the number of rows or cells they are about. */
  warnings: Map<string, number>
  excluded: LeftOut
  read(signal: AbortSignal): AsyncIterable<readonly SourceRow[]>
}

/** What rows are found with: everything is seen as the requester may see it. */
export type RowCall = Context & { actor: Actor }

/** What a source of rows needs to know of the work they are for. */
export type RowsFor = Pick<AnyJobAction, 'name' | 'subject'>
