import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { appendAudit } from '#features/audit/append-audit.ts'
import type { Context } from '#features/context.ts'
import {
  deleteUpload,
  expiredUploads,
  findUpload,
  insertUpload,
  uploadsOf,
} from '#features/previews/upload-queries.ts'
import type { StoredUpload } from '#features/previews/upload-queries.ts'
import { shift, toTimestamp } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'

type Part = Pick<Context, 'db' | 'clock' | 'config'>

const day = 86_400_000
const keptFor = 7 * day

/** A file of rows that waits to be used. */
export const Upload = z.object({
  id: z.string(),
  name: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
  expiresAt: z.string().describe('It is removed then.'),
})
export type Upload = z.infer<typeof Upload>

/**
 * Keeps a file that somebody sends, readable for Rollcall only, for seven days. One that is too large or breaks off leaves
 * nothing behind. Throws INPUT_INVALID where it is larger than jobs.uploadBytes, DATABASE_FULL where the disk is full.
 */
export async function storeUpload(
  { db, clock, config }: Part,
  actor: Pick<Actor, 'name'>,
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<Upload> {
  const id = randomUUID()
  const { uploadDirectory, uploadBytes } = config.jobs
  await mkdir(uploadDirectory, { recursive: true, mode: 0o700 })
  const part = path.join(uploadDirectory, `${id}.part`)
  const now = clock.now()
  try {
    const written = await write(part, bytes, uploadBytes, signal)
    const upload = {
      id,
      name: cleanName(name),
      ...written,
      host: hostname(),
      created_by: actor.name,
      created_at: now,
      expires_at: shift(now, keptFor),
    }
    await rename(part, path.join(uploadDirectory, id))
    await db.transaction().execute(async (transaction) => {
      await insertUpload(transaction, upload)
      await appendAudit(transaction, clock, [
        {
          actor: actor.name,
          operation: 'upload.create',
          subject: `upload:${id}`,
          message: `${actor.name} uploaded a file of rows`,
          details: { name: upload.name, bytes: upload.bytes, sha256: upload.sha256 },
        },
      ])
    })
    return toUpload(upload)
  } catch (error) {
    await rm(part, { force: true })
    await rm(path.join(uploadDirectory, id), { force: true })
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    throw new AppError('DATABASE_FULL', 'The disk for uploaded files is full', { cause: error })
  }
}

async function write(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  most: number,
  signal: AbortSignal,
): Promise<{ bytes: number; sha256: string }> {
  await using handle = await open(file, 'wx', 0o600)
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of bytes) {
    signal.throwIfAborted()
    size += chunk.byteLength
    if (size > most) throw tooLarge(most)
    hash.update(chunk)
    await handle.writeFile(chunk)
  }
  await handle.sync()
  return { bytes: size, sha256: hash.digest('hex') }
}

const tooLarge = (most: number): AppError =>
  new AppError('INPUT_INVALID', `The file is larger than ${most.toLocaleString('en')} bytes`, {
    complaints: [{ path: 'body', expected: `at most ${most.toLocaleString('en')} bytes` }],
    hint: 'jobs.uploadBytes says how large a file may be.',
  })

/** The last part of a path, without what a terminal or a header would stumble over. */
const cleanName = (name: string): string =>
  name
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 200) || 'rows'

const toUpload = ({ id, name, bytes, sha256, expires_at: expiresAt }: StoredUpload): Upload => ({
  id,
  name,
  bytes: Number(bytes),
  sha256,
  expiresAt,
})

/** An upload of this person, or of anybody for an admin who sees everything; NOT_FOUND for others and for those whose time is over. */
export async function needUpload(
  { db, clock }: Pick<Part, 'db' | 'clock'>,
  actor: Pick<Actor, 'name' | 'role' | 'tags'>,
  id: string,
): Promise<StoredUpload> {
  const upload = await findUpload(db, id)
  const isAdmin = actor.role === 'admin' && !actor.tags
  const isTheirs = upload !== undefined && (upload.created_by === actor.name || isAdmin)
  if (isTheirs && upload.expires_at > clock.now()) return upload
  throw new AppError('NOT_FOUND', 'There is no such uploaded file', {
    hint: 'Files are kept for seven days, for who uploaded them. Upload it again.',
  })
}

/** Whether this machine is the one to read an upload; also for one that is nowhere, which has to be told. */
export async function isUploadHere({ db }: Pick<Part, 'db'>, id: string): Promise<boolean> {
  const upload = await findUpload(db, id)
  return upload === undefined || upload.host === hostname()
}

/** The path of an upload's bytes; CONFLICT where another machine holds them, NOT_FOUND where they are gone. */
export async function uploadPath({ config }: Pick<Part, 'config'>, upload: StoredUpload): Promise<string> {
  if (upload.host !== hostname())
    throw new AppError('CONFLICT', `The uploaded file lies on ${upload.host}`, {
      hint: 'A Rollcall that runs there has to do this.',
    })
  const file = path.join(config.jobs.uploadDirectory, upload.id)
  if (await stat(file).catch(() => undefined)) return file
  throw new AppError('NOT_FOUND', `The uploaded file ${upload.name} is gone`, { hint: 'Upload it again.' })
}

/** Files that nobody can use any more: their time is over, or they broke off a day ago. */
async function deadFiles({ db, clock, config }: Part): Promise<{ ids: string[]; files: string[] }> {
  const host = hostname()
  const ids = await expiredUploads(db, host, clock.now())
  const known = await uploadsOf(db, host)
  const directory = config.jobs.uploadDirectory
  const names = await readdir(directory).catch(() => [])
  const files: string[] = []
  for (const name of names.filter(
    (each) => /^[0-9a-f-]{36}(\.part|\.rows)?$/.test(each) && !known.has(each),
  )) {
    const found = await stat(path.join(directory, name)).catch(() => undefined)
    if (found && toTimestamp(found.mtimeMs) < shift(clock.now(), -day)) files.push(name)
  }
  return { ids, files }
}

/** How many uploaded files may go. */
export async function countDeadUploads(part: Part): Promise<number> {
  const { ids, files } = await deadFiles(part)
  return ids.length + files.length
}

/** Removes uploaded files whose time is over, and what is left of those that broke off; gives how many. */
export async function removeDeadUploads(part: Part): Promise<number> {
  const { ids, files } = await deadFiles(part)
  for (const name of [...ids, ...files])
    await rm(path.join(part.config.jobs.uploadDirectory, name), { force: true })
  for (const id of ids) await deleteUpload(part.db, id)
  return ids.length + files.length
}
