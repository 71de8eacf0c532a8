import type { Config } from '#config.ts'
import type { Context } from '#features/context.ts'
import { effectiveConfig, runtimeSections } from '#features/system/runtime-settings.ts'
import { findSettings } from '#features/system/setting-queries.ts'
import { sameJson } from '#kernel/json.ts'
import type { Database } from '#database/schema.ts'

/** A configuration whose settings follow what is set at runtime, without a restart. */
export interface LiveConfig {
  /** Give it to the context: its sections are read anew at each use. */
  readonly config: Config
  /** Reads the settings; true when one has changed. */
  refresh(db: Database): Promise<boolean>
}

/** Other processes may set something; events of this one are followed at once. */
const lookEvery = 30_000

/** Wraps the configuration as it was loaded. Until the first refresh it is just that. */
export function createLiveConfig(base: Config): LiveConfig {
  let current = base
  const live = { ...base }
  for (const section of runtimeSections)
    Object.defineProperty(live, section, { enumerable: true, get: () => current[section] })
  return {
    config: Object.freeze(live),
    async refresh(db) {
      const next = effectiveConfig(base, await findSettings(db))
      const changed = runtimeSections.some((section) => !sameJson(next[section], current[section]))
      current = next
      return changed
    },
  }
}

/**
 * Keeps a live configuration up to date until the signal aborts: at once, after `setting.changed` and
 * `database.changed`, and every 30 seconds. `onChange` hears of every change, such as a new `log.level`.
 */
export async function followSettings(
  { db, clock, log, events }: Pick<Context, 'db' | 'clock' | 'log' | 'events'>,
  live: LiveConfig,
  onChange: (config: Config) => void,
  signal: AbortSignal,
): Promise<void> {
  let woken = new AbortController()
  const unsubscribe = events.subscribe(({ topic }) => {
    if (topic === 'setting.changed' || topic === 'database.changed') woken.abort()
  })
  while (!signal.aborted) {
    // Made before looking, so that a change that comes meanwhile is not slept over.
    woken = new AbortController()
    try {
      if (await live.refresh(db)) onChange(live.config)
    } catch (error) {
      log.warn({ err: error }, 'the settings could not be read; those known stay')
    }
    await clock.sleep(lookEvery, AbortSignal.any([signal, woken.signal]))
  }
  unsubscribe()
}
