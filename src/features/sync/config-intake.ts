import { configContentOf, type ConfigContent } from '#features/configs/config-content.ts'
import { saveConfigs } from '#features/configs/save-configs.ts'
import type { Context } from '#features/context.ts'
import { lockIdentity } from '#features/identity/identity-lock-queries.ts'
import { keptId } from '#features/sync/fact-content.ts'
import { publishOutcome } from '#features/sync/run-progress.ts'
import { assertRunning } from '#features/sync/run-queries.ts'
import { authorOf, warn } from '#features/sync/run-state.ts'
import type { RunState } from '#features/sync/run-state.ts'
import type { ReportedConfig } from '#model/record.ts'

type Tools = Pick<Context, 'db' | 'engine' | 'clock' | 'events'>

/** Configurations that wait until the records they are of have been written. */
export interface ConfigIntake {
  take(reported: readonly ReportedConfig[]): void
  /** So many wait that the records before them should be written. */
  readonly isFull: boolean
  /** Writes those whose records are not among the ones still to be written. */
  save(unwritten: readonly { sourceId: string }[]): Promise<void>
}

/** Versions in one transaction, and characters of their texts: the writer is free again after some tens of milliseconds. */
const inOneGo = { versions: 200, characters: 4_000_000 }

/** Keeps the versions of a run; those of one device stay in the order in which they were told. */
export function createConfigIntake(tools: Tools, run: RunState): ConfigIntake {
  let waiting: ConfigContent[] = []
  const unknown = new Set<string>()

  async function write(contents: readonly ConfigContent[]): Promise<void> {
    const saved = await tools.db.transaction().execute(async (transaction) => {
      await lockIdentity(transaction, tools.engine)
      await assertRunning(transaction, tools.engine, run)
      return saveConfigs(transaction, authorOf(run, tools.engine, tools.clock.now()), contents)
    })
    publishOutcome(tools, { devices: saved.devices, hosts: [], findings: 0 })
    for (const sourceId of saved.unknown.filter((id) => !unknown.has(id))) {
      unknown.add(sourceId)
      warn(run, `The source told a configuration of ${sourceId}, of which it has no record; it is left out.`)
    }
  }

  return {
    take(reported) {
      const now = tools.clock.now()
      for (const each of reported)
        waiting.push({ ...configContentOf(each, now), sourceId: keptId(each.deviceSourceId) })
    },
    get isFull() {
      return exceeds(waiting)
    },
    async save(unwritten) {
      if (waiting.length === 0) return
      const awaited = new Set(unwritten.map((each) => keptId(each.sourceId)))
      const ready = waiting.filter((each) => !awaited.has(each.sourceId))
      waiting = waiting.filter((each) => awaited.has(each.sourceId))
      for (const chunk of chunksOf(ready)) await write(chunk)
    },
  }
}

const charactersOf = (contents: readonly ConfigContent[]): number =>
  contents.reduce((sum, { text }) => sum + text.length, 0)

const exceeds = (contents: readonly ConfigContent[]): boolean =>
  contents.length >= inOneGo.versions || charactersOf(contents) >= inOneGo.characters

function* chunksOf(contents: readonly ConfigContent[]): Generator<ConfigContent[]> {
  let chunk: ConfigContent[] = []
  for (const content of contents) {
    chunk.push(content)
    if (!exceeds(chunk)) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
