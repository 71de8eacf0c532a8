import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib'
import { AppError } from '#kernel/errors.ts'

const methods = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
} as const

/** A body that inflates to more than may be. */
export class BodyTooLarge extends AppError {
  constructor(most: number) {
    super('INPUT_INVALID', `The body inflates to more than ${most.toLocaleString('en')} bytes`, {
      complaints: [{ path: 'body', expected: `at most ${most.toLocaleString('en')} bytes when inflated` }],
      hint: 'Send it in smaller parts.',
    })
  }
}

/** The body as it was before it was compressed; never more than `most` bytes of it are made. */
export async function inflateBody(body: Buffer, encoding: string | undefined, most: number): Promise<Buffer> {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return body
  const method = methods[encoding.trim().toLowerCase() as keyof typeof methods]
  if (method === undefined)
    throw new AppError('INPUT_INVALID', `A body cannot be read in the encoding ${encoding.slice(0, 50)}`, {
      complaints: [
        { path: 'content-encoding', value: encoding.slice(0, 50), expected: Object.keys(methods).join(', ') },
      ],
    })
  try {
    return await method(body, { maxOutputLength: most })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLarge(most)
    throw new AppError('INPUT_INVALID', `The body is no ${encoding}`, {
      complaints: [{ path: 'body', expected: `whole ${encoding} data` }],
      cause,
    })
  }
}
