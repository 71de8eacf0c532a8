import { AppError } from '#kernel/errors.ts'

/** Host and database of a URL, without user and password. */
export function postgresServer(url: string): string {
  const parsed = URL.parse(url)
  if (parsed) return `${parsed.host || 'localhost'}${parsed.pathname}`
  // The URL itself may hold a password, so it is no part of the error.
  throw new AppError('CONFIG_INVALID', 'database.url is not a URL', {
    hint: 'Write special characters of the password as %XX (# is %23, @ is %40, / is %2F).',
    complaints: [{ path: 'database.url', expected: 'postgres://USER:PASSWORD@HOST:5432/DATABASE' }],
  })
}
