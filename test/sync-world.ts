import type { OpenDatabase } from '#database/open.ts'
import type { Run } from '#features/sync/run-shapes.ts'
import { runSource } from '#features/sync/run-source.ts'
import type { Verdict } from '#sources/source.ts'
import { scriptedSource } from '#test/scripted-source.ts'
import type { Scene } from '#test/scripted-source.ts'
import { testConfig } from '#test/test-config.ts'
import type { ConfigOverrides } from '#test/test-config.ts'
import { testContext } from '#test/test-context.ts'
import type { TestContext } from '#test/test-context.ts'

interface Reading {
  name?: string
  system?: string
  provesAbsence?: boolean
  verdict?: Verdict
  signal?: AbortSignal
}

export interface SyncWorld {
  context: TestContext
  /** Reads a source that tells this; `lab`, a Proxmox that proves absence, unless said otherwise. */
  read(scenes: readonly Scene[], reading?: Reading): Promise<Run>
  /** Devices that stand for themselves, by name. */
  devices(): Promise<{ id: number; name: string; status: string; lastSeen: string; version: number }[]>
}

/** A database to read scripted sources into. */
export function syncWorld(opened: OpenDatabase, config: ConfigOverrides = {}): SyncWorld {
  const context = testContext(opened, { config: testConfig(config) })
  return {
    context,
    read: (scenes, reading = {}) => {
      const { name = 'lab', system = 'proxmox', provesAbsence = true, verdict, signal } = reading
      return runSource(
        context,
        { name, system, provesAbsence, source: scriptedSource(scenes, verdict) },
        { startedBy: 'system:test', jobId: null },
        signal ?? new AbortController().signal,
      )
    },
    devices: () =>
      opened.db
        .selectFrom('devices')
        .select(['id', 'name', 'status', 'last_seen as lastSeen', 'version'])
        .where('merged_into', 'is', null)
        .orderBy('name')
        .orderBy('id')
        .execute(),
  }
}
