import { AppError } from '#kernel/errors.ts'

/** A body that cannot be taken as it is; sending it again does not help. */
export class UnreadableBody extends AppError {
  readonly reason: 'malformed' | 'too large' | 'unknown format'

  constructor(reason: UnreadableBody['reason'], message: string, hint?: string) {
    super('INPUT_INVALID', message, hint === undefined ? {} : { hint })
    this.reason = reason
  }
}
