import { AppError } from '#kernel/errors.ts'

const unreachable =
  /^(08|57P0[1235]|25P03|53300)|^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH)$/

/** PostgreSQL's error (https://www.postgresql.org/docs/current/errcodes-appendix.html) as one of ours where a person can act on it. */
export function fromPostgresError(error: unknown, server: string): unknown {
  if (!(error instanceof Error)) return error
  const code = String((error as { code?: unknown }).code ?? '')
  if (
    unreachable.test(code) ||
    /Connection terminated|is not queryable|connection has been discarded|timeout exceeded when trying to connect/.test(
      error.message,
    )
  ) {
    return new AppError('DATABASE_UNREACHABLE', `PostgreSQL at ${server} does not answer`, {
      hint: 'Check that it runs and that host, port and firewall let this machine in. Rollcall goes on as soon as it is back.',
      cause: error,
    })
  }
  if (code.startsWith('28') || code === '3D000') {
    return new AppError('DATABASE_UNREACHABLE', `PostgreSQL at ${server} refused: ${error.message}`, {
      hint: 'Check user, password and database name in database.url, and pg_hba.conf on the server.',
      cause: error,
    })
  }
  if (code === '25006') {
    return new AppError('DATABASE_READ_ONLY', `PostgreSQL at ${server} is read-only`, {
      hint: 'It is probably a standby: set database.url to the primary.',
      cause: error,
    })
  }
  if (code.startsWith('53') || code === '58030') {
    return new AppError('DATABASE_FULL', `PostgreSQL at ${server} is out of space or memory`, {
      hint: 'Free some; nothing acknowledged was lost.',
      cause: error,
    })
  }
  if (code === '55P03' || code === '40P01' || code === '40001') {
    return new AppError('DATABASE_LOCKED', `PostgreSQL at ${server} is busy with the same rows`, {
      hint: 'Try again.',
      cause: error,
    })
  }
  if (code.startsWith('XX')) {
    return new AppError('DATABASE_CORRUPT', `PostgreSQL at ${server} reports damaged data`, {
      hint: 'Stop writing, keep a copy of its data folder, and restore the newest backup.',
      cause: error,
    })
  }
  return error
}
