import { toTimestamp, type Timestamp } from '#kernel/clock.ts'
import type { ReportedConfig } from '#model/record.ts'
import { decodeText } from '#sources/oxidized/decode-text.ts'
import { openRepository, placesOf, repositoriesOf } from '#sources/oxidized/open-repository.ts'
import type { FileVersion, Repository } from '#sources/oxidized/repository.ts'
import type { KeptConfig, KeptConfigs } from '#sources/source.ts'

/** A node whose history is wanted. */
export interface TracedNode {
  sourceId: string
  model: string | undefined
  /** The newest version that is kept of it. */
  kept: KeptConfig | undefined
}

interface OpenedRepository {
  repository: Repository
  files: ReadonlyMap<string, string>
}

/** The repositories of one Oxidized, opened for one reading. */
export interface Histories {
  /** Whether a node has a file. */
  has(fullName: string): boolean
  /** The newest configuration of a node, as it lies in its repository; undefined where it has no file. */
  newest(fullName: string, signal: AbortSignal): Promise<string | undefined>
  /** Versions of these nodes that are not kept, oldest first, some at a time. */
  versions(
    nodes: readonly TracedNode[],
    kept: KeptConfigs | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<ReportedConfig[], void>
  close(): Promise<void>
}

const atOnce = { versions: 100, characters: 2_000_000 }

/** Opens the repositories at a place that nodes of these names may have; SOURCE_FILE_UNREADABLE where there is none. */
export async function openHistories(
  place: string,
  fullNames: Iterable<string>,
  signal: AbortSignal,
): Promise<Histories> {
  const opened = new Map<string, OpenedRepository>()
  const folders = await repositoriesOf(place, fullNames)
  try {
    for (const folder of folders.length > 0 ? folders : [place]) {
      const repository = await openRepository(folder)
      opened.set(folder, { repository, files: new Map() })
      const head = await repository.head(signal)
      if (head !== undefined) opened.set(folder, { repository, files: await repository.files(signal) })
    }
  } catch (error) {
    await closeAll(opened)
    throw error
  }
  const find = (fullName: string) => {
    for (const { folder, path } of placesOf(place, fullName)) {
      const found = opened.get(folder)
      const blob = found?.files.get(path)
      if (found !== undefined && blob !== undefined) return { ...found, folder, path, blob }
    }
    return undefined
  }
  return {
    has: (fullName) => find(fullName) !== undefined,
    async newest(fullName, abort) {
      const found = find(fullName)
      return found && decodeText(await found.repository.blob(found.blob, abort)).text
    },
    async *versions(nodes, kept, abort) {
      for (const [folder, { repository }] of opened) {
        const mine = nodes.flatMap((node) => {
          const found = find(node.sourceId)
          return found?.folder === folder ? [[found.path, node] as const] : []
        })
        if (mine.length > 0) yield* versionsIn(repository, new Map(mine), kept, abort)
      }
    },
    close: () => closeAll(opened),
  }
}

async function closeAll(opened: ReadonlyMap<string, OpenedRepository>): Promise<void> {
  await Promise.all([...opened.values()].map(({ repository }) => repository.close()))
}

/** No commit is known of it. */
const isFresh = (kept: KeptConfig | undefined): boolean => (kept?.revision ?? null) === null

/**
 * What one repository has of these files. Files of which commits are kept go on after the newest of those; of the others
 * everything is read.
 */
async function* versionsIn(
  repository: Repository,
  nodes: ReadonlyMap<string, TracedNode>,
  kept: KeptConfigs | undefined,
  signal: AbortSignal,
): AsyncGenerator<ReportedConfig[], void> {
  const fresh = new Map([...nodes].filter(([, node]) => isFresh(node.kept)))
  const followed = new Map([...nodes].filter(([, node]) => !isFresh(node.kept)))
  if (fresh.size > 0) yield* read(repository, fresh, undefined, signal)
  if (followed.size > 0) yield* read(repository, followed, await lastKept(repository, kept, signal), signal)
}

/**
 * The commit before the newest one that is kept: commits are kept in their order, but of that one perhaps not all files.
 * Undefined where none is kept.
 */
async function lastKept(
  repository: Repository,
  kept: KeptConfigs | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  let isNext = false
  for await (const commits of repository.commits(signal)) {
    if (isNext) return commits[0]
    const known = await kept?.revisions(commits)
    const at = commits.findIndex((commit) => known?.has(commit))
    if (at === -1) continue
    if (at + 1 < commits.length) return commits[at + 1]
    isNext = true
  }
  return undefined
}

async function* read(
  repository: Repository,
  nodes: ReadonlyMap<string, TracedNode>,
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<ReportedConfig[], void> {
  let page: ReportedConfig[] = []
  let characters = 0
  const times = new Map<string, Timestamp>()
  for await (const version of repository.versions(after, signal)) {
    const node = nodes.get(version.path)
    if (node === undefined) continue
    const config = await toConfig(repository, node, version, times, signal)
    page.push(config)
    characters += config.text.length
    if (page.length < atOnce.versions && characters < atOnce.characters) continue
    yield page
    ;[page, characters] = [[], 0]
  }
  if (page.length > 0) yield page
}

/** The order of commits is the order of versions: a clock that was set back does not turn them around. */
async function toConfig(
  repository: Repository,
  { sourceId, model, kept }: TracedNode,
  { path, blob, commit, seconds, author, message }: FileVersion,
  times: Map<string, Timestamp>,
  signal: AbortSignal,
): Promise<ReportedConfig> {
  const told =
    Number.isSafeInteger(seconds) && seconds > 0 && seconds < 253_402_300_800
      ? toTimestamp(seconds * 1000)
      : ''
  const before = times.get(path) ?? (isFresh(kept) ? '' : kept!.retrievedAt)
  const retrievedAt = [told, before, toTimestamp(0)].reduce((latest, each) => (each > latest ? each : latest))
  times.set(path, retrievedAt)
  return {
    deviceSourceId: sourceId,
    ...decodeText(await repository.blob(blob, signal)),
    retrievedAt,
    revision: commit,
    metadata: {
      ...(model === undefined ? {} : { model }),
      author: author.slice(0, 200),
      message: message.slice(0, 500),
      ...(told !== '' && told !== retrievedAt ? { committedAt: told } : {}),
    },
  }
}
