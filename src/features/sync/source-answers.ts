import { z } from 'zod'
import type { Context } from '#features/context.ts'
import { findLastRuns } from '#features/sync/source-run-queries.ts'
import { countRecords, keyText } from '#features/sync/source-queries.ts'
import type { RegisteredSource } from '#features/sync/source-registry.ts'
import { shownSettings } from '#features/sync/source-settings.ts'
import type { SourceShape, SourceTypeShape } from '#features/sync/source-shapes.ts'
import { machineTimetable, nextTime } from '#features/schedules/schedule-times.ts'
import type { Timestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { SourceType } from '#sources/source.ts'

type Part = Pick<Context, 'db' | 'clock' | 'sourceTypes'>

/** Sources as they are shown: with what they hold and when they run, without their secrets. */
export async function sourceAnswers(
  context: Part,
  sources: readonly RegisteredSource[],
): Promise<SourceShape[]> {
  const keys = sources.map((source) => keyOf(context, source))
  const [records, lastRuns] = await Promise.all([
    countRecords(context.db, keys),
    findLastRuns(context.db, keys),
  ])
  return sources.map((source, index) => {
    const key = keyText(keys[index]!)
    return {
      ...basicsOf(context, source),
      records: records.get(key) ?? 0,
      lastRun: lastRuns.get(key) ?? null,
    }
  })
}

/** One source as it is shown. */
export const sourceAnswer = async (context: Part, source: RegisteredSource): Promise<SourceShape> =>
  (await sourceAnswers(context, [source]))[0]!

const keyOf = ({ sourceTypes }: Part, { name, type }: RegisteredSource) => ({
  name,
  system: sourceTypes.get(type)?.system ?? type,
})

function basicsOf({ clock, sourceTypes }: Part, source: RegisteredSource) {
  const { name, origin, enabled, schedule, version } = source
  const type = sourceTypes.get(source.type)
  return {
    name,
    type: source.type,
    // A type of another release, met after going back to an older one.
    title: type?.title ?? source.type,
    system: type?.system ?? source.type,
    origin: origin === 'database' ? ('database' as const) : ('file' as const),
    readOnly: origin !== 'database',
    enabled,
    schedule: schedule ?? null,
    nextRunAt: nextRunAt(source, clock.now()),
    settings: type ? shownSettings(type, source.settings) : {},
    version,
  }
}

const nextRunAt = ({ enabled, schedule }: RegisteredSource, now: Timestamp): Timestamp | null =>
  (enabled && schedule !== undefined ? nextTime(machineTimetable(schedule), now) : undefined) ?? null

/** A kind of source as it is shown, with all a form for its settings needs. */
export function typeAnswer(type: SourceType): z.infer<typeof SourceTypeShape> {
  const { $schema: _, ...settings } = z.toJSONSchema(type.settings, { io: 'input', unrepresentable: 'any' })
  return {
    type: type.type,
    system: type.system,
    title: type.title,
    summary: type.summary,
    provesAbsence: type.provesAbsence,
    settings: JSON.parse(JSON.stringify(settings)) as JsonObject,
  }
}
