import { createReadStream, type ReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { exportEndings, type ExportFormat } from '#features/actions/export-text.ts'
import { requesterOfExport } from '#features/actions/target-queries.ts'
import type { Context } from '#features/context.ts'
import { AppError } from '#kernel/errors.ts'
import type { Call } from '#features/operation.ts'

/** How long a written file can be fetched. */
export const exportDays = 7

const exportName = new RegExp(`^devices-([1-9][0-9]{0,14})\\.(${Object.values(exportEndings).join('|')})$`)

const folderOf = ({ config }: Pick<Context, 'config'>): string => path.join(config.dataDirectory, 'exports')

/** The name of the file that a job writes. */
export const exportNameOf = (jobId: number, format: ExportFormat): string =>
  `devices-${jobId}.${exportEndings[format]}`

/**
 * Writes a file whole or not at all, readable for this account only; gives its path and its size in bytes. What is older
 * than a week goes on this occasion.
 */
export async function writeExport(
  context: Pick<Context, 'config' | 'clock'>,
  name: string,
  pieces: AsyncIterable<string>,
  signal: AbortSignal,
): Promise<{ path: string; bytes: number }> {
  const folder = folderOf(context)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await removeOldExports(context)
  const target = path.join(folder, name)
  const draft = `${target}.part`
  try {
    const bytes = await writeAll(draft, pieces, signal)
    await rename(draft, target)
    return { path: target, bytes }
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function writeAll(file: string, pieces: AsyncIterable<string>, signal: AbortSignal): Promise<number> {
  await rm(file, { force: true })
  const handle = await open(file, 'wx', 0o600)
  try {
    let bytes = 0
    for await (const piece of pieces) {
      signal.throwIfAborted()
      const buffer = Buffer.from(piece)
      await handle.write(buffer)
      bytes += buffer.length
    }
    await handle.sync()
    return bytes
  } finally {
    await handle.close()
  }
}

/** The names of files that nobody fetches any more, on this machine. */
export async function oldExports(context: Pick<Context, 'config' | 'clock'>): Promise<string[]> {
  const folder = folderOf(context)
  const old: string[] = []
  for (const name of await readdir(folder).catch(() => []))
    if (await isOld(context, path.join(folder, name))) old.push(name)
  return old
}

/** Removes the files that nobody fetches any more; gives their names. */
export async function removeOldExports(context: Pick<Context, 'config' | 'clock'>): Promise<string[]> {
  const old = await oldExports(context)
  for (const name of old) await rm(path.join(folderOf(context), name), { force: true })
  return old
}

async function isOld({ clock }: Pick<Context, 'clock'>, file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) return false
  return Date.parse(clock.now()) - found.mtimeMs > exportDays * 86_400_000
}

/** Opens a file for whoever asked for it, or an admin; NOT_FOUND for everybody else and where it is gone. */
export async function openExport(
  call: Pick<Call, 'config' | 'clock' | 'db' | 'actor'>,
  name: string,
): Promise<{ stream: ReadStream; bytes: number; name: string }> {
  const gone = new AppError('NOT_FOUND', `There is no export ${name.slice(0, 100)}`, {
    hint: `Exports are kept for ${exportDays} days on the machine that wrote them, for whoever asked for them.`,
  })
  const jobId = exportName.exec(name)?.[1]
  if (jobId === undefined) throw gone
  const requester = await requesterOfExport(call.db, Number(jobId))
  const isTheirs = requester === call.actor.name || (call.actor.role === 'admin' && !call.actor.tags)
  if (requester === undefined || !isTheirs) throw gone
  const file = path.join(folderOf(call), name)
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile() || (await isOld(call, file))) throw gone
  return { stream: createReadStream(file), bytes: found.size, name }
}
