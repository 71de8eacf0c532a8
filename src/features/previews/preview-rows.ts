import type { AnyJobAction, PreviewFacts, PreviewItem } from '#features/jobs/action.ts'
import { rowKeys } from '#features/jobs/submit-job.ts'
import { canonicalInput } from '#features/previews/canonical-input.ts'
import type { LeftOut } from '#features/previews/left-out.ts'
import { createMerkleTree } from '#features/previews/merkle.ts'
import type { PreparedRow } from '#features/previews/prepare-queries.ts'
import { RowComplaints } from '#features/previews/row-complaints.ts'
import type { RowCall, SourceRow } from '#features/previews/row-source.ts'
import { count } from '#features/previews/table.ts'
import { AppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { DeviceId } from '#model/ids.ts'

/** What a preview knows of all rows so far. */
export interface PreviewSums {
  rows: number
  skipped: number
  /** In cents; null as long as no row costs anything. */
  costCents: number | null
  dearestCents: number | null
  devices: number
  warnings: Map<string, number>
  excluded: LeftOut
}

/** Kinds of warnings that are told apart; further ones are counted together. */
const toldApart = 200
const furtherWarnings = 'Further warnings, as the rows say'

/** Makes rows of a job from what a source gives: each is checked, the action says what it would do, and all is summed. */
export class PreviewRows {
  readonly sums: PreviewSums
  readonly tree = createMerkleTree()
  readonly #call: RowCall
  readonly #action: AnyJobAction
  readonly #parameters: JsonObject
  readonly #complaints: RowComplaints

  constructor(call: RowCall, action: AnyJobAction, parameters: JsonObject, from: string) {
    this.#call = call
    this.#action = action
    this.#parameters = parameters
    this.#complaints = new RowComplaints(from)
    this.sums = {
      rows: 0,
      skipped: 0,
      costCents: null,
      dearestCents: null,
      devices: 0,
      warnings: new Map(),
      excluded: new Map(),
    }
  }

  /** The rows of at most 500 rows of the source. After a first row that the action refuses it only collects complaints. */
  async take(rows: readonly SourceRow[], signal: AbortSignal): Promise<PreparedRow[]> {
    const items = rows.flatMap((row, index) => this.#checked(row, this.sums.rows + index + 1) ?? [])
    if (this.#complaints.count > 0) return []
    const facts = await this.#facts(items, signal)
    this.sums.rows += items.length
    return items.map((item, index) => this.#toRow(item, facts[index]))
  }

  /** Throws ROWS_INVALID where the action refused rows. */
  throwIfRefused(): void {
    this.#complaints.throwIfAny()
  }

  #checked({ key, input, deviceId, place }: SourceRow, number: number): PreviewItem | undefined {
    const { success, data, error } = this.#action.input.safeParse(input)
    if (success)
      return {
        number,
        key,
        deviceId: deviceId === null ? null : (deviceId as DeviceId),
        input: data as JsonObject,
      }
    for (const issue of error.issues) {
      const [column] = issue.path
      const value = typeof column === 'string' ? input[column] : undefined
      const where = column === undefined ? place : `${place}, column ${String(column)}`
      this.#complaints.add(where, value, issue.message)
    }
    return undefined
  }

  async #facts(items: readonly PreviewItem[], signal: AbortSignal): Promise<PreviewFacts[]> {
    if (!this.#action.preview || items.length === 0) return []
    const facts = await this.#action.preview(this.#call, this.#parameters, items, signal)
    signal.throwIfAborted()
    if (facts.length === items.length) return facts
    throw new Error(`the action ${this.#action.name} previewed ${facts.length} of ${items.length} rows`)
  }

  #toRow(item: PreviewItem, facts: PreviewFacts = {}): PreparedRow {
    const { number, key, deviceId, input } = item
    const { text, checksum } = canonicalInput(input)
    const costCents = this.#cost(facts.costCents)
    const isSkipped = facts.nothingToDo !== undefined
    this.#sum(facts, costCents, isSkipped, deviceId)
    const version = facts.version ?? null
    this.tree.add({ number, key, checksum, version, costCents, deviceId, isSkipped })
    return {
      row_number: number,
      row_key: key,
      row_checksum: checksum,
      row_version: version,
      status: isSkipped ? 'skipped' : 'pending',
      device_id: deviceId,
      input: text,
      before_state: jsonOrNull(facts.before),
      after_state: jsonOrNull(facts.after),
      warnings: facts.warnings?.length ? JSON.stringify(facts.warnings) : null,
      estimated_cost_cents: costCents,
      attempt: 0,
      next_run_at: '',
      created_at: '',
      ...rowKeys(this.#call, this.#action, this.#parameters, { key, input, deviceId }),
      ...(isSkipped
        ? { error_message: facts.nothingToDo ?? null, processed_at: this.#call.clock.now() }
        : {}),
    }
  }

  /** Money is counted in whole cents, and nothing is rounded without a word. */
  #cost(cents: number | undefined): number | null {
    if (cents === undefined) return null
    if (Number.isSafeInteger(cents) && cents >= 0) return cents
    throw new AppError('INTERNAL', `The action ${this.#action.name} estimated ${cents} cents for a row`)
  }

  #sum(facts: PreviewFacts, cents: number | null, isSkipped: boolean, deviceId: number | null): void {
    const { sums } = this
    if (isSkipped) sums.skipped += 1
    else if (cents !== null) {
      sums.costCents = (sums.costCents ?? 0) + cents
      sums.dearestCents = Math.max(sums.dearestCents ?? 0, cents)
      if (!Number.isSafeInteger(sums.costCents))
        throw new AppError('POLICY_VIOLATED', 'The rows would cost more than can be counted')
    }
    if (deviceId !== null) sums.devices += 1
    for (const warning of new Set(facts.warnings)) {
      const isKnown = sums.warnings.has(warning) || sums.warnings.size < toldApart
      count(sums.warnings, isKnown ? warning : furtherWarnings)
    }
  }
}

const jsonOrNull = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))
