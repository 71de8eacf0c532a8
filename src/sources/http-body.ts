import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { AppError } from '#kernel/errors.ts'
import { snippet, type Asked } from '#sources/http-errors.ts'
import type { RawAnswer } from '#sources/http-recording.ts'

/** A request's body as it is sent, and its type where that is ours to say. */
export function toBody(body: unknown): { body?: string | Buffer; type?: string } {
  if (body === undefined) return {}
  if (typeof body === 'string' || Buffer.isBuffer(body)) return { body }
  if (body instanceof URLSearchParams)
    return { body: body.toString(), type: 'application/x-www-form-urlencoded' }
  return { body: JSON.stringify(body), type: 'application/json' }
}

const decoders: Record<string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
}

const tooLarge = ({ url }: Asked, limit: number): AppError =>
  new AppError(
    'SOURCE_ANSWER_INVALID',
    `${url.origin} answered more than ${Math.round(limit / 1_048_576)} MiB to ${url.pathname}`,
  )

/** The whole body; as soon as it is larger than the limit (bytes) SOURCE_ANSWER_INVALID, or its beginning with `isCut`. */
export async function readBody(
  response: Dispatcher.ResponseData,
  limit: number,
  asked: Asked,
  isCut = false,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit && !isCut) throw tooLarge(asked, limit)
    chunks.push(chunk)
    // Leaving the loop gives up the rest, and with it the connection.
    if (size > limit) break
  }
  return Buffer.concat(chunks)
}

/** The body without its content encoding; the limit holds for what comes out. */
export async function decode(body: Buffer, encoding: string, limit: number, asked: Asked): Promise<Buffer> {
  const decoder = decoders[encoding]
  if (!decoder || body.length === 0) return body
  return decoder(body, { maxOutputLength: limit }).catch((cause: unknown) => {
    if ((cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(asked, limit)
    throw new AppError(
      'SOURCE_ANSWER_INVALID',
      `${asked.url.origin} answered broken ${encoding} to ${asked.url.pathname}`,
      { cause },
    )
  })
}

/** The body as JSON; undefined for an empty one, text where an error's body is no JSON. */
export function parseJson(answer: RawAnswer, asked: Asked): unknown {
  const text = answer.body.toString('utf8').replace(/^\uFEFF/, '')
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (answer.status >= 300) return text
    // The parser's own words quote the text, and with it any secret.
    void cause
    throw new AppError(
      'SOURCE_ANSWER_INVALID',
      `${asked.url.origin} answered no JSON to ${asked.method} ${asked.url.pathname}: ${snippet(answer.body, asked.redactor)}`,
      {
        hint: 'Check that the address is that of its API, and that no sign-in page or proxy stands before it.',
      },
    )
  }
}
