import { ApiError, apiUrl } from '../api.ts'

/** A file that the server keeps. */
export interface UploadedFile {
  id: string
  name: string
  bytes: number
  expiresAt: string
}

/** Sends a file as it is, and tells how much of it is sent, from 0 to 1. Throws ApiError, or the reason of the signal. */
export function uploadFile(
  file: File,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<UploadedFile> {
  // Only this way browsers tell how far they are.
  const request = new XMLHttpRequest()
  return new Promise((resolve, reject) => {
    request.open('PUT', apiUrl('/uploads', { name: file.name }))
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onShare(total > 0 ? loaded / total : 0),
    )
    request.addEventListener('load', () => {
      const answer = answerOf(request.responseText)
      if (request.status < 300) resolve(answer as UploadedFile)
      else reject(refused(request.status, answer))
    })
    request.addEventListener('error', () => reject(offline()))
    request.addEventListener('abort', () => reject(signal.reason as Error))
    signal.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}

function answerOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

function refused(status: number, answer: unknown): ApiError {
  const problem = answer as Partial<ApiError> & { detail?: string; errors?: ApiError['complaints'][number][] }
  return new ApiError({
    code: problem.code ?? 'INTERNAL',
    status,
    detail: problem.detail ?? `The server answered with status ${status}.`,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  })
}

const offline = (): ApiError =>
  new ApiError({
    code: 'OFFLINE',
    status: 0,
    detail: 'The file could not be sent.',
    hint: 'Check that Rollcall runs and that this computer reaches it. A file that is too large is refused, too.',
  })
