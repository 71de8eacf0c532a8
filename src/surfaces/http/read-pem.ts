import { readFileSync } from 'node:fs'
import { AppError } from '#kernel/errors.ts'

/** The text of a certificate or key file named in the configuration; throws CONFIG_INVALID saying which is unreadable. */
export function readPem(setting: 'cert' | 'key', path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw unusable(setting, path, 'a file that this user can read', cause)
  }
  if (!text.includes('-----BEGIN ')) throw unusable(setting, path, 'a file in PEM form')
  return text
}

function unusable(setting: string, path: string, expected: string, cause?: unknown): AppError {
  return new AppError('CONFIG_INVALID', `server.tls.${setting} cannot be used`, {
    complaints: [{ path: `server.tls.${setting}`, value: path, expected }],
    cause,
  })
}
