import type { z } from 'zod'
import type { Clock, Timestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Log } from '#kernel/log.ts'
import type { ReportedConfig, ReportedFacts, ReportedPrefix, ReportedRecord } from '#model/record.ts'

/** Some records, in the order the source gave them. Sources keep pages at 1,000 records or fewer. */
export interface Page {
  records: ReportedRecord[]
  /** Facts of devices told so far. */
  facts?: ReportedFacts[] | undefined
  /** Versions of configurations of devices told so far, older ones first. */
  configs?: ReportedConfig[] | undefined
  /** Prefixes that the source says exist. */
  prefixes?: ReportedPrefix[] | undefined
  /** How many records the whole reading will have, where the source tells. */
  total?: number | undefined
  /** Sentences for the person who reads the run: what could not be read and why. No secrets. */
  warnings?: string[] | undefined
}

/** What a reading proves once its last page is out: everything there was, or only some of it and why. */
export type Verdict =
  | {
      complete: true
      /** Not all prefixes were told, so that those not told may well exist. */
      mayLackPrefixes?: boolean | undefined
    }
  | { complete: false; reason: string }

/** One thing that a connection test tried. */
export interface SourceCheck {
  /** What was tried: `Read virtual machines`. */
  name: string
  /** `limited`: it works, but a missing right or an old version hides something. */
  result: 'ok' | 'limited' | 'failed'
  /** What it gave (`1,204 machines`), or what will be missing and why. */
  detail: string
  /** What to do about it, where something is to be done. */
  fix?: string | undefined
}

/** The answer of a connection test, for a person. */
export interface SourceTest {
  /** One sentence: what answered (product, version, how much it holds). */
  message: string
  /** What works but will be missing or weak (rights, versions), one sentence each. */
  warnings: string[]
  /** Everything that was tried, in the order in which a reading needs it. */
  checks?: SourceCheck[] | undefined
}

/** The newest version of a configuration that is kept. */
export interface KeptConfig {
  revision: string | null
  retrievedAt: Timestamp
  /** SHA-256 of its bytes. */
  hash: string
  /** Null where it is kept as a difference to another version only. */
  text: string | null
  metadata: JsonObject
}

/** What is kept of a source's configurations already, so that a reading need not fetch it again. */
export interface KeptConfigs {
  /** The newest versions of these device records; those that have none are left out. */
  newest(deviceSourceIds: readonly string[]): Promise<ReadonlyMap<string, KeptConfig>>
  /** Those of these revisions that are kept, of whichever device of the source. */
  revisions(revisions: readonly string[]): Promise<ReadonlySet<string>>
}

/**
 * One configured system, opened. It reads the world and knows no database.
 * Errors are AppErrors with a SOURCE_ code; an abort throws the signal's reason untouched.
 */
export interface Source {
  /** Tries the connection and the rights without reading everything. */
  test(signal: AbortSignal): Promise<SourceTest>
  /**
   * Reads everything once. The same world gives the same records with the same source ids. What is kept of its
   * configurations may be left out of the pages; without `kept` all of them are told.
   */
  read(signal: AbortSignal, kept?: KeptConfigs): AsyncGenerator<Page, Verdict>
}

/** What a source may use besides its settings. */
export interface SourceTools {
  clock: Clock
  log: Log
  /** The configured name of the source, as used in records' facts and messages. */
  name: string
}

/** A kind of source: its settings and how to open it. */
export interface SourceType<Settings extends z.ZodObject = z.ZodObject> {
  /** The word in the configuration: `kea`. */
  readonly type: string
  /** The requirement's word, kept in `source_system`: `dhcp`. */
  readonly system: string
  /** For people: `ISC Kea`. */
  readonly title: string
  readonly summary: string
  /** What it needs, without name, type, schedule and enabled, which every source has. `.meta({ secret: true })` marks secrets. */
  readonly settings: Settings
  /** False for scans, leases and neighbour tables: what they no longer hold ages, it is not gone. */
  readonly provesAbsence: boolean
  open(settings: z.output<Settings>, tools: SourceTools): Source
}

/** Keeps the settings' type while the list of all types holds them side by side. */
export const sourceType = <Settings extends z.ZodObject>(type: SourceType<Settings>): SourceType<Settings> =>
  type
