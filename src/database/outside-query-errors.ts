import type { OutsideDatabase } from '#database/outside-query.ts'
import { AppError } from '#kernel/errors.ts'

type Named = Pick<OutsideDatabase, 'name' | 'timeoutSeconds'>

/** The query was refused; what the database says of it is passed on, for it is about the query. */
export const refusedQuery = ({ name }: Named, message: string): AppError =>
  new AppError('ROWS_INVALID', `The database ${name} refused the query: ${message}`, {
    hint: 'One SELECT that only reads is allowed.',
  })

export const moreThanOne = ({ name }: Named): AppError =>
  refusedQuery({ name, timeoutSeconds: 0 }, 'it is more than one statement')

export const tooLarge = ({ name }: Named): AppError =>
  new AppError('ROWS_INVALID', `The rows of the query of the database ${name} are too large`, {
    hint: 'Ask for fewer columns, and not for whole documents or pictures.',
  })

export const tookTooLong = ({ name, timeoutSeconds }: Named): AppError =>
  new AppError('SOURCE_TIMEOUT', `The query took longer than ${timeoutSeconds} s in the database ${name}`, {
    hint: 'Ask for fewer rows, or raise timeoutSeconds of this database in jobs.databases.',
  })

export const unreachable = ({ name }: Named): AppError =>
  new AppError('SOURCE_UNREACHABLE', `The database ${name} does not answer`, {
    hint: 'Check its address in jobs.databases, and that it runs and lets this machine in.',
  })

export const refusedLogin = ({ name }: Named): AppError =>
  new AppError('SOURCE_REJECTED_LOGIN', `The database ${name} refused the login`, {
    hint: 'Check user, password and database in jobs.databases.',
  })

export const unreadableFile = ({ name }: Named): AppError =>
  new AppError('SOURCE_FILE_UNREADABLE', `The file of the database ${name} cannot be read`, {
    hint: 'Check its path in jobs.databases, and that it is a SQLite database this user may read.',
  })
