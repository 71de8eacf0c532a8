import fs from 'node:fs'
import git from 'isomorphic-git'
import { AppError } from '#kernel/errors.ts'
import type { FileVersion, Repository } from '#sources/oxidized/repository.ts'

interface Commit {
  oid: string
  tree: string
  parent: string | undefined
  seconds: number
  author: string
  message: string
}

const unreadable = (folder: string, cause: unknown): AppError =>
  new AppError(
    'SOURCE_FILE_UNREADABLE',
    `The repository ${folder} could not be read: ${(cause as { code?: string }).code ?? 'it is damaged'}`,
    { hint: 'Rollcall’s user needs to be able to read the folder and all that is in it.', cause },
  )

/** What two trees differ in: files that are new or other in the second. */
async function* changedFiles(
  read: (oid: string) => Promise<ReadonlyMap<string, TreeEntry>>,
  before: string | undefined,
  after: string,
  prefix = '',
): AsyncGenerator<{ path: string; blob: string }, void> {
  if (before === after) return
  const old = before === undefined ? new Map<string, TreeEntry>() : await read(before)
  for (const [name, entry] of await read(after)) {
    const was = old.get(name)
    if (was?.oid === entry.oid) continue
    const path = `${prefix}${name}`
    if (entry.type === 'tree')
      yield* changedFiles(read, was?.type === 'tree' ? was.oid : undefined, entry.oid, `${path}/`)
    else if (entry.type === 'blob' && entry.mode.startsWith('100')) yield { path, blob: entry.oid }
  }
}

interface TreeEntry {
  oid: string
  type: string
  mode: string
}

const commitsAtOnce = 500

/** Reads a repository where the program git is missing: slower, and with all of a pack in memory. */
export function openByLibrary(folder: string): Repository {
  const where = { fs, gitdir: folder, cache: {} }
  const guard = async <Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> => {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (cause) {
      signal.throwIfAborted()
      throw unreadable(folder, cause)
    }
  }
  const tree = async (oid: string): Promise<ReadonlyMap<string, TreeEntry>> => {
    const { tree: entries } = await git.readTree({ ...where, oid })
    return new Map(entries.map(({ path, ...entry }) => [path, entry]))
  }
  const head = (signal: AbortSignal): Promise<string | undefined> =>
    guard(signal, async () => {
      await fs.promises.access(`${folder}/HEAD`)
      return git.resolveRef({ ...where, ref: 'HEAD' }).catch((error: unknown) => {
        if ((error as { code?: string }).code === 'NotFoundError') return undefined
        throw error
      })
    })
  const commit = (oid: string, signal: AbortSignal): Promise<Commit> =>
    guard(signal, async () => {
      const { commit: read } = await git.readCommit({ ...where, oid })
      const { author, message } = read
      const [subject = ''] = message.split('\n')
      return {
        oid,
        tree: read.tree,
        parent: read.parent[0],
        seconds: author.timestamp,
        author: author.name,
        message: subject,
      }
    })

  async function* newestFirst(signal: AbortSignal): AsyncGenerator<Commit, void> {
    let next = await head(signal)
    while (next !== undefined) {
      const read = await commit(next, signal)
      yield read
      next = read.parent
    }
  }

  async function* versions(
    after: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<FileVersion, void> {
    const commits: Commit[] = []
    let before: string | undefined
    for await (const each of newestFirst(signal)) {
      if (each.oid === after) {
        before = each.tree
        break
      }
      commits.push(each)
    }
    for (const { oid, tree: now, parent: _, ...rest } of commits.toReversed()) {
      const changes = await guard(signal, () => Array.fromAsync(changedFiles(tree, before, now)))
      for (const change of changes) yield { ...rest, ...change, commit: oid }
      before = now
    }
  }

  return {
    head,
    async files(signal) {
      const newest = await head(signal)
      if (newest === undefined) return new Map()
      const { tree: root } = await commit(newest, signal)
      const files = await guard(signal, () => Array.fromAsync(changedFiles(tree, undefined, root)))
      return new Map(files.map(({ path, blob }) => [path, blob]))
    },
    async *commits(signal) {
      let batch: string[] = []
      for await (const { oid } of newestFirst(signal)) {
        batch.push(oid)
        if (batch.length < commitsAtOnce) continue
        yield batch
        batch = []
      }
      if (batch.length > 0) yield batch
    },
    versions,
    blob: (oid, signal) =>
      guard(signal, async () => Buffer.from((await git.readBlob({ ...where, oid })).blob)),
    close: async () => {},
  }
}
