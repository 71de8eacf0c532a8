import type { Fault } from '#kernel/errors.ts'

/** What a shell learns of how it went; `waiting` is of a followed job that somebody has to do something about. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  missing: 3,
  forbidden: 4,
  waiting: 5,
  interrupted: 130,
} as const

/** The exit code of each kind of fault. */
export function exitCodeOf(fault: Fault): number {
  switch (fault) {
    case 'input':
      return exitCodes.usage
    case 'missing':
      return exitCodes.missing
    case 'unauthenticated':
    case 'forbidden':
      return exitCodes.forbidden
    case 'conflict':
    case 'changed':
    case 'throttled':
    case 'source':
    case 'busy':
    case 'internal':
      return exitCodes.failure
  }
}
