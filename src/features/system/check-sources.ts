import type { Context } from '#features/context.ts'
import { type Check, ok, problem, warning } from '#features/system/check.ts'
import { type EndedRun, lastRuns } from '#features/system/source-run-queries.ts'
import { timeText } from '#features/system/size-text.ts'
import { machineTimetable, previousTime } from '#features/schedules/schedule-times.ts'
import { listSources, type RegisteredSource } from '#features/sync/source-registry.ts'
import { shift, toMilliseconds, type Timestamp } from '#kernel/clock.ts'

/** A source that failed so often in a row does not mend itself. */
const tooOften = 3

/** How late a reading may be: schedules wait for their turn. */
const lateness = 15 * 60_000

/** How the last reading of each source went. */
export async function checkSources(context: Context): Promise<Check[]> {
  const sources = await listSources(context)
  if (sources.length === 0)
    return [
      warning('sources', 'No source is configured', 'Add one on the page Sources, or in rollcall.yaml.'),
    ]
  const checks: Check[] = []
  for (const source of sources) checks.push(await checkSource(context, source))
  return checks
}

async function checkSource(context: Context, source: RegisteredSource): Promise<Check> {
  const name = `source ${source.name}`
  const type = context.sourceTypes.get(source.type)
  if (type === undefined)
    return problem(
      name,
      `This release does not know the type ${source.type}`,
      'Start the release that knew it, or delete the source.',
    )
  if (!source.enabled) return ok(name, 'Switched off')
  const runs = await lastRuns(context.db, { system: type.system, name: source.name }, tooOften)
  return judge(name, source, runs, context.clock.now())
}

function judge(name: string, source: RegisteredSource, runs: readonly EndedRun[], now: Timestamp): Check {
  const [last] = runs
  const again = `Find out why: rollcall source test ${source.name}`
  if (last === undefined)
    return source.schedule === undefined
      ? ok(name, 'Never read; it has no schedule')
      : warning(name, 'Never read', `Read it now: rollcall sync ${source.name}`)
  const reason = last.reason === null ? '' : `: ${last.reason}`
  if (last.status === 'failed') {
    const isLasting = runs.length >= tooOften && runs.every((each) => each.status === 'failed')
    return isLasting
      ? problem(name, `Could not be read ${tooOften} times in a row${reason}`, again)
      : warning(name, `Could not be read last time${reason}`, again)
  }
  const { schedule } = source
  const due =
    schedule === undefined ? undefined : previousTime(machineTimetable(schedule), shift(now, -lateness))
  if (due !== undefined && last.startedAt < due && (source.changedAt ?? '') < due)
    return warning(
      name,
      `Not read since ${last.startedAt}, although it was due at ${due}`,
      'Schedules are kept while a server with the role worker runs.',
    )
  if (last.status !== 'complete') return warning(name, `Read only in part last time${reason}`, again)
  return ok(name, `Read completely ${timeText(toMilliseconds(now) - toMilliseconds(last.startedAt))} ago`)
}
