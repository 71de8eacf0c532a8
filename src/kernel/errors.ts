/** Whose fault it is; a surface maps it to its own words (HTTP status, exit code). */
export type Fault =
  | 'input'
  | 'missing'
  | 'conflict'
  | 'changed'
  | 'unauthenticated'
  | 'forbidden'
  | 'throttled'
  | 'source'
  | 'busy'
  | 'internal'

/** Every public error code. A code is never renamed and never used again for something else. */
export const errorCatalogue = {
  INPUT_INVALID: { fault: 'input', retry: false },
  QUERY_INVALID: { fault: 'input', retry: false },
  CURSOR_INVALID: { fault: 'input', retry: false },
  CONFIG_INVALID: { fault: 'input', retry: false },
  NOT_FOUND: { fault: 'missing', retry: false },
  AMBIGUOUS_NAME: { fault: 'conflict', retry: false },
  ALREADY_EXISTS: { fault: 'conflict', retry: false },
  CONFLICT: { fault: 'conflict', retry: false },
  READ_ONLY: { fault: 'conflict', retry: false },
  CHANGED_SINCE: { fault: 'changed', retry: false },
  IDEMPOTENCY_REUSED: { fault: 'input', retry: false },
  UNAUTHENTICATED: { fault: 'unauthenticated', retry: false },
  FORBIDDEN: { fault: 'forbidden', retry: false },
  TOO_MANY_REQUESTS: { fault: 'throttled', retry: true },
  SERVER_UNREACHABLE: { fault: 'source', retry: true },
  SOURCE_UNREACHABLE: { fault: 'source', retry: true },
  SOURCE_TIMEOUT: { fault: 'source', retry: true },
  SOURCE_REJECTED_LOGIN: { fault: 'source', retry: false },
  SOURCE_FORBIDDEN: { fault: 'source', retry: false },
  SOURCE_NOT_TRUSTED: { fault: 'source', retry: false },
  SOURCE_ANSWER_INVALID: { fault: 'source', retry: false },
  SOURCE_FILE_UNREADABLE: { fault: 'source', retry: false },
  SOURCE_TOOL_MISSING: { fault: 'source', retry: false },
  BUSY: { fault: 'busy', retry: true },
  DATABASE_UNREACHABLE: { fault: 'busy', retry: true },
  DATABASE_LOCKED: { fault: 'busy', retry: true },
  DATABASE_CORRUPT: { fault: 'internal', retry: false },
  DATABASE_NEWER: { fault: 'internal', retry: false },
  DATABASE_READ_ONLY: { fault: 'internal', retry: false },
  DATABASE_FULL: { fault: 'internal', retry: true },
  JOB_INTERRUPTED: { fault: 'internal', retry: true },
  OUTCOME_UNKNOWN: { fault: 'source', retry: false },
  HANDLER_STUCK: { fault: 'internal', retry: false },
  CHANGED_SINCE_PREVIEW: { fault: 'changed', retry: false },
  ALREADY_DONE: { fault: 'conflict', retry: false },
  ROWS_INVALID: { fault: 'input', retry: false },
  POLICY_VIOLATED: { fault: 'conflict', retry: false },
  APPROVAL_EXPIRED: { fault: 'changed', retry: false },
  COMMAND_FAILED: { fault: 'source', retry: false },
  WEBHOOK_REFUSED: { fault: 'source', retry: false },
  CHANNEL_REFUSED: { fault: 'source', retry: false },
  AUDIT_BROKEN: { fault: 'internal', retry: false },
  BACKUP_INVALID: { fault: 'input', retry: false },
  SECRET_UNREADABLE: { fault: 'internal', retry: false },
  INTERNAL: { fault: 'internal', retry: false },
} as const satisfies Record<string, { fault: Fault; retry: boolean }>

export type ErrorCode = keyof typeof errorCatalogue

/** One thing wrong with an input: where, what was given, what was expected. */
export interface Complaint {
  path: string
  value?: unknown
  expected: string
}

/** An error meant for a person: a public code, a sentence, a hint, a verdict whether trying again can help. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly complaints: readonly Complaint[]
  /** When trying again makes sense, for throttled and busy answers. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      hint?: string
      complaints?: readonly Complaint[]
      retryAfterSeconds?: number
      cause?: unknown
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.hint = options.hint
    this.complaints = options.complaints ?? []
    this.retryAfterSeconds = options.retryAfterSeconds
  }

  get fault(): Fault {
    return errorCatalogue[this.code].fault
  }

  get retry(): boolean {
    return errorCatalogue[this.code].retry
  }
}

/** What may be shown of any thrown thing: our own errors as they are, a stranger's only as INTERNAL. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  return new AppError('INTERNAL', 'Something went wrong inside Rollcall', {
    hint: 'The log of the server has the details.',
    cause: thrown,
  })
}
