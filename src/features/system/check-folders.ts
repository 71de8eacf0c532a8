import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import path from 'node:path'
import type { Config } from '#config.ts'
import { sqliteFile } from '#database/open.ts'
import { type Check, ok, problem, warning } from '#features/system/check.ts'
import { sizeText } from '#features/system/size-text.ts'

const mebibyte = 2 ** 20

/** Whether the folders that Rollcall writes to are there, may be written and have room. */
export async function checkFolders(
  config: Pick<Config, 'dataDirectory' | 'database' | 'backup'>,
): Promise<Check[]> {
  const database = sqliteFile(config.database.url)
  const folders = new Map<string, string>([[config.dataDirectory, 'data-directory']])
  if (database !== undefined && !folders.has(path.dirname(database)))
    folders.set(path.dirname(database), 'database-folder')
  if (config.backup.enabled) folders.set(config.backup.directory, 'backup-folder')
  return Promise.all([...folders].map(([folder, name]) => checkFolder(name, folder)))
}

async function checkFolder(name: string, folder: string): Promise<Check> {
  const facts = await stat(folder).catch(() => undefined)
  if (facts === undefined) return checkMissing(name, folder)
  if (!facts.isDirectory()) return problem(name, `${folder} is no folder`, 'Move the file away.')
  try {
    await access(folder, constants.W_OK | constants.X_OK)
  } catch {
    return problem(
      name,
      `${folder} cannot be written by this user`,
      'It must belong to the user that Rollcall runs as.',
    )
  }
  return checkRoom(name, folder)
}

/** A folder that is not there is made when it is needed, if its parent allows. */
async function checkMissing(name: string, folder: string): Promise<Check> {
  let parent = path.dirname(folder)
  while (parent !== path.dirname(parent) && !(await stat(parent).catch(() => undefined)))
    parent = path.dirname(parent)
  try {
    await access(parent, constants.W_OK | constants.X_OK)
  } catch {
    const remedy = 'Make it, belonging to the user that Rollcall runs as.'
    return problem(name, `${folder} is not there and cannot be made`, remedy)
  }
  return ok(name, `${folder} is not there yet; it is made when it is needed`)
}

async function checkRoom(name: string, folder: string): Promise<Check> {
  const { bavail, bsize, blocks } = await statfs(folder)
  const free = bavail * bsize
  const said = `${folder} can be written, ${sizeText(free)} free`
  const remedy = 'Free some space, or move the folder to a larger disk.'
  if (free < 100 * mebibyte) return problem(name, said, remedy)
  if (free < 1024 * mebibyte && free < 0.1 * blocks * bsize) return warning(name, said, remedy)
  return ok(name, said)
}
