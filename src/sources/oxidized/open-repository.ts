import { stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#kernel/errors.ts'
import { hasGit, openByProgram } from '#sources/oxidized/git-program.ts'
import { openByLibrary } from '#sources/oxidized/git-library.ts'
import type { Repository } from '#sources/oxidized/repository.ts'

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )

/** A bare repository, or the folder of one inside a working copy; undefined for any other folder. */
async function gitFolder(folder: string): Promise<string | undefined> {
  for (const each of [folder, path.join(folder, '.git')])
    if (await isThere(path.join(each, 'objects'))) return each
  return undefined
}

/** Opens a repository, by the program git where it is installed. */
export async function openRepository(folder: string): Promise<Repository> {
  const found = await gitFolder(folder)
  if (found === undefined) {
    throw new AppError('SOURCE_FILE_UNREADABLE', `There is no Git repository in ${folder}`, {
      hint: 'Set repository to the folder that Oxidized names under output, git, repo; Rollcall’s user needs to read it.',
    })
  }
  return (await hasGit()) ? openByProgram(found) : openByLibrary(found)
}

/** Where a node's file lies: Oxidized keeps all groups in one repository, or one beside the other. */
export interface Place {
  /** The folder of the repository. */
  folder: string
  path: string
}

/**
 * The places a node's file may lie in, the likelier first: below its group in the one repository, or in its group's own
 * repository, which lies beside it (or in it, where `repository` is the folder of all of them).
 */
export function placesOf(repository: string, fullName: string): Place[] {
  const slash = fullName.lastIndexOf('/')
  const [group, name] =
    slash === -1 ? ['default', fullName] : [fullName.slice(0, slash), fullName.slice(slash + 1)]
  const own =
    slash === -1 ? [] : [{ folder: path.join(path.dirname(repository), `${group}.git`), path: name }]
  return [
    { folder: repository, path: fullName },
    ...own,
    { folder: path.join(repository, `${group}.git`), path: name },
  ]
}

/** The repositories in which files of these nodes may lie. */
export async function repositoriesOf(repository: string, fullNames: Iterable<string>): Promise<string[]> {
  const folders = new Set<string>()
  for (const fullName of fullNames)
    for (const { folder } of placesOf(repository, fullName)) folders.add(folder)
  const all = [...folders]
  const found = await Promise.all(all.map(gitFolder))
  return all.filter((_, index) => found[index] !== undefined)
}
