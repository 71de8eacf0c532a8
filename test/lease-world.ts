import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { systemClock, type Timestamp } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import type { ReportedRecord, ReportedSighting } from '#model/record.ts'
import type { SourceTools } from '#sources/source.ts'

/** Tools of a source called `test` for whom it is always this moment, but who sleeps as everybody does. */
export const toolsAt = (now: Timestamp): SourceTools => ({
  clock: { ...systemClock, now: () => now },
  log: silentLog,
  name: 'test',
})

/** A folder of its own for a test file, gone afterwards; writes and names files in it. */
export async function temporaryFolder(): Promise<{
  path: (name: string) => string
  write: (name: string, content: string | Buffer) => Promise<string>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-leases-'))
  after(() => rm(folder, { recursive: true, force: true }))
  const path = (name: string) => join(folder, name)
  return {
    path,
    async write(name, content) {
      await writeFile(path(name), content)
      return path(name)
    },
  }
}

const recordings = new URL('../../shared/fixtures/', import.meta.url)

/** Path of a recorded answer, and why the tests over it are skipped where recordings are not at hand. */
export function recording(name: string): { path: string; skip: string | false; text: () => string } {
  const url = new URL(name, recordings)
  return {
    path: url.pathname,
    skip: existsSync(url) ? false : 'the folder of recorded answers is not beside the project',
    text: () => readFileSync(url, 'utf8'),
  }
}

/** Sightings by their source id. */
export const bySourceId = (records: readonly ReportedRecord[]): Record<string, ReportedSighting> =>
  Object.fromEntries(records.flatMap((each) => (each.kind === 'sighting' ? [[each.sourceId, each]] : [])))
