import fs from 'node:fs'
import git from 'isomorphic-git'

/** One commit: files with their bytes; null deletes one. */
export interface FakeCommit {
  files: Record<string, Buffer | string | null>
  /** Seconds since 1970. */
  seconds: number
  author?: string
  message?: string
}

interface Tree {
  [name: string]: string | Tree
}

/** Makes a bare repository as Oxidized keeps it, or goes on with one; gives the ids of the commits. */
export async function commitTo(folder: string, commits: readonly FakeCommit[]): Promise<string[]> {
  const where = { fs, gitdir: folder }
  if (!fs.existsSync(`${folder}/HEAD`))
    await git.init({ fs, dir: folder, gitdir: folder, bare: true, defaultBranch: 'master' })
  const ids: string[] = []
  for (const { files, seconds, author = 'Oxidized', message = 'update' } of commits) {
    const parent = await git.resolveRef({ ...where, ref: 'HEAD' }).catch(() => undefined)
    const root =
      parent === undefined
        ? {}
        : await readTree(where, (await git.readCommit({ ...where, oid: parent })).commit.tree)
    for (const [path, bytes] of Object.entries(files)) {
      const blob = bytes === null ? undefined : await git.writeBlob({ ...where, blob: Buffer.from(bytes) })
      put(root, path.split('/'), blob)
    }
    const person = { name: author, email: 'o@example.com', timestamp: seconds, timezoneOffset: -120 }
    const commit = {
      message: `${message}\n`,
      tree: await writeTree(where, root),
      parent: parent ? [parent] : [],
      author: person,
      committer: person,
    }
    const oid = await git.writeCommit({ ...where, commit })
    await git.writeRef({ ...where, ref: 'refs/heads/master', value: oid, force: true })
    ids.push(oid)
  }
  return ids
}

type Where = { fs: typeof fs; gitdir: string }

async function readTree(where: Where, oid: string): Promise<Tree> {
  const tree: Tree = {}
  for (const entry of (await git.readTree({ ...where, oid })).tree)
    tree[entry.path] = entry.type === 'tree' ? await readTree(where, entry.oid) : entry.oid
  return tree
}

function put(tree: Tree, [name, ...rest]: string[], blob: string | undefined): void {
  if (rest.length > 0) put((tree[name!] ??= {}) as Tree, rest, blob)
  else if (blob === undefined) delete tree[name!]
  else tree[name!] = blob
}

async function writeTree(where: Where, tree: Tree): Promise<string> {
  const entries = await Promise.all(
    Object.entries(tree).map(async ([path, entry]) =>
      typeof entry === 'string'
        ? { mode: '100644', path, oid: entry, type: 'blob' as const }
        : { mode: '040000', path, oid: await writeTree(where, entry), type: 'tree' as const },
    ),
  )
  return git.writeTree({ ...where, tree: entries })
}
