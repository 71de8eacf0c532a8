import { AppError } from '#kernel/errors.ts'

/** Throws CHANGED_SINCE when a thing is no longer in the version that somebody read. */
export function assertVersion(what: string, version: number, expected: number | undefined): void {
  if (expected === undefined || expected === version) return
  throw changedSince(what)
}

export const changedSince = (what: string): AppError =>
  new AppError('CHANGED_SINCE', `${what} was changed since you read it`, {
    hint: 'Read it again, and decide anew.',
  })
