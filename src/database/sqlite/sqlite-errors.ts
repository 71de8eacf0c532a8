import { AppError } from '#kernel/errors.ts'

/** Primary result codes of https://sqlite.org/rescode.html that a person can do something about. */
const explained = (path: string): Record<number, () => AppError> => ({
  5: () => locked(path),
  6: () => locked(path),
  8: () =>
    new AppError('DATABASE_READ_ONLY', `The database ${path} cannot be written`, {
      hint: 'Check that the file, its -wal and -shm neighbours and their folder belong to this user and that the disk is mounted for writing.',
    }),
  10: () =>
    new AppError('DATABASE_FULL', `The disk refused to read or write the database ${path}`, {
      hint: 'Check free space, quotas and the health of the disk. What was acknowledged before is safe.',
    }),
  11: () => damaged(path),
  13: () =>
    new AppError('DATABASE_FULL', `There is no space left for the database ${path}`, {
      hint: 'Free some space; nothing acknowledged was lost, and work goes on by itself.',
    }),
  14: () =>
    new AppError('DATABASE_READ_ONLY', `The database ${path} cannot be opened`, {
      hint: 'Check that its folder exists and that this user may read and write it.',
    }),
  26: () => damaged(path),
})

const locked = (path: string) =>
  new AppError('DATABASE_LOCKED', `Another program holds the database ${path}`, {
    hint: 'Close the other program (a backup tool, a database browser) or try again.',
  })

/** A file that is no whole database. */
export const damaged = (path: string) =>
  new AppError('DATABASE_CORRUPT', `The file ${path} is damaged or not a database`, {
    hint: 'Nothing was changed. Put the file aside and restore the newest backup: rollcall db restore FILE.',
  })

/** SQLite's error as one of ours where a person can act on it; constraint and programming errors stay as they are. */
export function fromSqliteError(error: unknown, path: string): unknown {
  const code = (error as { errcode?: unknown } | null)?.errcode
  if (typeof code !== 'number') return error
  const make = explained(path)[code & 0xff]
  if (!make) return error
  const translated = make()
  translated.cause = error
  return translated
}
