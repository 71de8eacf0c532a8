import type { Context } from '#features/context.ts'
import { wholeNumber } from '#features/sync/clean-numbers.ts'
import { cleanValue, cutId } from '#features/sync/clean-record.ts'
import { loadPrefixes, removePrefixes, writePrefixes } from '#features/sync/prefix-queries.ts'
import type { PrefixRow } from '#features/sync/prefix-queries.ts'
import { warn } from '#features/sync/run-state.ts'
import type { RunState } from '#features/sync/run-state.ts'
import { parsePrefix } from '#model/ip-prefix.ts'
import type { ReportedPrefix } from '#model/record.ts'

/** Takes the prefixes of a reading, and keeps those that differ from what is known when it is over. */
export function createPrefixIntake(tools: Pick<Context, 'db' | 'engine' | 'clock'>, run: RunState) {
  const told = new Map<string, PrefixRow>()
  return {
    take(prefixes: readonly ReportedPrefix[]): void {
      for (const each of prefixes) {
        const row = rowOf(each)
        if (row === undefined) warn(run, `${each.prefix.slice(0, 60)} is no prefix and was left out.`)
        else told.set(row.source_id, row)
      }
    },
    /** One that a complete reading no longer tells is gone; an incomplete one removes nothing. */
    async settle(isComplete: boolean): Promise<void> {
      const known = await loadPrefixes(tools.db, run.source)
      const changed = [...told.values()].filter((row) => !isSame(row, known.get(row.source_id)))
      const gone = isComplete ? [...known.values()].filter((row) => !told.has(row.source_id)) : []
      if (changed.length + gone.length === 0) return
      await tools.db.transaction().execute(async (transaction) => {
        const author = { engine: tools.engine, now: tools.clock.now(), source: run.source }
        await writePrefixes(transaction, author, changed, known)
        await removePrefixes(
          transaction,
          tools.engine,
          gone.flatMap((row) => row.id ?? []),
        )
      })
    },
  }
}

/** Longer words are no names, and one that both engines refuse would end the run. */
const word = (text: string | undefined): string | null => text?.slice(0, 500).toWellFormed() ?? null

function rowOf(reported: ReportedPrefix): PrefixRow | undefined {
  const { sourceId, prefix, vrf, name, site, vlan, status } = cleanValue(reported)
  const parsed = parsePrefix(prefix)
  return (
    parsed && {
      source_id: cutId(sourceId),
      prefix: parsed.text,
      vrf: word(vrf),
      name: word(name),
      site: word(site),
      vlan: wholeNumber(vlan, 4095) ?? null,
      status: word(status),
    }
  )
}

const fields = ['prefix', 'vrf', 'name', 'site', 'vlan', 'status'] as const

const isSame = (row: PrefixRow, known: PrefixRow | undefined): boolean =>
  known !== undefined && fields.every((field) => row[field] === known[field])
