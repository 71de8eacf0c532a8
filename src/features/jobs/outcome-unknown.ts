import { AppError } from '#kernel/errors.ts'

/** Thrown by an action when nobody can tell whether the effect of a row was done. */
export class OutcomeUnknown extends AppError {
  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super('OUTCOME_UNKNOWN', message, options)
  }
}
