import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { AppError } from '#kernel/errors.ts'
import { errorOfProblem } from '#surfaces/problem.ts'
import { apiRoot } from '#surfaces/operation-request.ts'

/** Sends a file of rows to the server of another Rollcall, piece by piece; gives its id there. */
export async function remoteUpload(
  { server, token }: { server: string; token: string | undefined },
  file: string,
  signal: AbortSignal,
): Promise<{ id: string }> {
  const root = (/^https?:\/\//.test(server) ? server : `http://${server}`).replace(/\/+$/, '')
  const name = encodeURIComponent(path.basename(file))
  const { size } = await stat(file)
  const answer = await fetch(`${root}${apiRoot}/uploads?name=${name}`, {
    method: 'PUT',
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': `${size}`,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: Readable.toWeb(createReadStream(file)) as never,
    duplex: 'half',
    redirect: 'error',
    signal,
  } as RequestInit).catch((cause: unknown) => {
    signal.throwIfAborted()
    throw new AppError('SERVER_UNREACHABLE', `The server at ${root} did not answer`, {
      hint: 'Is it running, and is the address of --server or ROLLCALL_URL right?',
      cause,
    })
  })
  const body: unknown = await answer.json().catch(() => undefined)
  const problem = errorOfProblem(body)
  if (problem) throw problem
  const { id } = (body ?? {}) as { id?: unknown }
  if (answer.ok && typeof id === 'string') return { id }
  throw new AppError('INTERNAL', `${root} answered ${answer.status} in a way that Rollcall does not`)
}
