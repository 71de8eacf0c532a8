import { errorCatalogue, type AppError, type ErrorCode } from '#kernel/errors.ts'

/** What a person does about an error. */
export interface ErrorHelp {
  /** A few words: `Not found`. */
  title: string
  /** One or two sentences: what helps. */
  remedy: string
  /** Whether trying again makes sense once that is done, without giving other input. */
  canRetry: boolean
}

/** What helps against each public code; docs/errors.md says the same. */
export const errorRegistry: Readonly<Record<ErrorCode, ErrorHelp>> = {
  INPUT_INVALID: {
    title: 'Input invalid',
    remedy: 'Correct the fields that are named; each says what was expected.',
    canRetry: false,
  },
  QUERY_INVALID: {
    title: 'Query invalid',
    remedy: 'Correct the query at the place that is marked; `query fields` lists what can be asked for.',
    canRetry: false,
  },
  CURSOR_INVALID: {
    title: 'Cursor invalid',
    remedy: 'Begin the list again without a cursor.',
    canRetry: false,
  },
  CONFIG_INVALID: {
    title: 'Config invalid',
    remedy: 'Correct the setting at the file and line that are named; `config check` says when all is good.',
    canRetry: false,
  },
  NOT_FOUND: {
    title: 'Not found',
    remedy: 'Look it up in its list: it was removed, is called otherwise, or is not yours to see.',
    canRetry: false,
  },
  AMBIGUOUS_NAME: {
    title: 'Ambiguous name',
    remedy: 'Use the id of the one that is meant.',
    canRetry: false,
  },
  ALREADY_EXISTS: {
    title: 'Already exists',
    remedy: 'Use the one that is there, or choose another name.',
    canRetry: false,
  },
  CONFLICT: {
    title: 'Conflict',
    remedy: 'Look at the state it is in now; it has to change before this can be done.',
    canRetry: true,
  },
  READ_ONLY: {
    title: 'Read only',
    remedy: 'Change it where it comes from: the configuration file, or the system that reports it.',
    canRetry: false,
  },
  CHANGED_SINCE: {
    title: 'Changed since',
    remedy: 'Read it again, look at what changed, and decide anew.',
    canRetry: false,
  },
  IDEMPOTENCY_REUSED: {
    title: 'Idempotency reused',
    remedy: 'Send another request under a key of its own.',
    canRetry: false,
  },
  UNAUTHENTICATED: {
    title: 'Unauthenticated',
    remedy: 'Sign in, or send a token that is in force.',
    canRetry: true,
  },
  FORBIDDEN: {
    title: 'Forbidden',
    remedy: 'Ask an admin for a role or a token with the permission that is named.',
    canRetry: true,
  },
  TOO_MANY_REQUESTS: {
    title: 'Too many requests',
    remedy: 'Wait as long as the answer says and ask less often.',
    canRetry: true,
  },
  SERVER_UNREACHABLE: {
    title: 'Server unreachable',
    remedy: 'See that the server runs and that --server or ROLLCALL_URL names its address.',
    canRetry: true,
  },
  SOURCE_UNREACHABLE: {
    title: 'Source unreachable',
    remedy: 'See that the other system runs and that its address, name and port can be reached from here.',
    canRetry: true,
  },
  SOURCE_TIMEOUT: {
    title: 'Source timeout',
    remedy: 'See whether the other system is overloaded or far away; give it more time or ask it for less.',
    canRetry: true,
  },
  SOURCE_REJECTED_LOGIN: {
    title: 'Source rejected login',
    remedy: 'Correct the user name, password or token of the other system in its settings.',
    canRetry: true,
  },
  SOURCE_FORBIDDEN: {
    title: 'Source forbidden',
    remedy: 'Give the account in the other system the right that is missing.',
    canRetry: true,
  },
  SOURCE_NOT_TRUSTED: {
    title: 'Source not trusted',
    remedy: 'Name the authority of its certificate with `tls.ca`, or renew the certificate there.',
    canRetry: true,
  },
  SOURCE_ANSWER_INVALID: {
    title: 'Source answer invalid',
    remedy: 'See that the address is that of the product and version that is meant.',
    canRetry: true,
  },
  SOURCE_FILE_UNREADABLE: {
    title: 'Source file unreadable',
    remedy: 'See that the file is there and that the user of Rollcall may read it.',
    canRetry: true,
  },
  SOURCE_TOOL_MISSING: {
    title: 'Source tool missing',
    remedy: 'Install the program that is named, or switch the source off.',
    canRetry: true,
  },
  BUSY: {
    title: 'Busy',
    remedy: 'Come back in a moment.',
    canRetry: true,
  },
  DATABASE_UNREACHABLE: {
    title: 'Database unreachable',
    remedy: 'See that the database server runs and can be reached; work goes on by itself when it is back.',
    canRetry: true,
  },
  DATABASE_LOCKED: {
    title: 'Database locked',
    remedy: 'End what holds the database for long, such as a copy or another program.',
    canRetry: true,
  },
  DATABASE_CORRUPT: {
    title: 'Database corrupt',
    remedy: 'Stop Rollcall and put the newest good backup in place with `db restore`.',
    canRetry: false,
  },
  DATABASE_NEWER: {
    title: 'Database newer',
    remedy:
      'Use the newer Rollcall that wrote it, or let that one take the schema back with `db migrate --to`.',
    canRetry: false,
  },
  DATABASE_READ_ONLY: {
    title: 'Database read only',
    remedy: 'Give the user of Rollcall the right to write the database and its folder.',
    canRetry: true,
  },
  DATABASE_FULL: {
    title: 'Database full',
    remedy: 'Make room on the disk of the database.',
    canRetry: true,
  },
  JOB_INTERRUPTED: {
    title: 'Job interrupted',
    remedy: 'Look into the log for why the process ended three times at this row, then retry it.',
    canRetry: true,
  },
  OUTCOME_UNKNOWN: {
    title: 'Outcome unknown',
    remedy: 'Look at the other system whether it was done, and say so with `job resolve`.',
    canRetry: false,
  },
  HANDLER_STUCK: {
    title: 'Handler stuck',
    remedy: 'See whether what it works on hangs, then retry it; give it more time where it is only slow.',
    canRetry: true,
  },
  CHANGED_SINCE_PREVIEW: {
    title: 'Changed since preview',
    remedy: 'Make a new preview of these rows: it shows what they are now.',
    canRetry: false,
  },
  ALREADY_DONE: {
    title: 'Already done',
    remedy: 'Nothing needs to be done: the row that is named did exactly this.',
    canRetry: false,
  },
  ROWS_INVALID: {
    title: 'Rows invalid',
    remedy: 'Correct the file or the query at the rows that are named and make the preview again.',
    canRetry: false,
  },
  POLICY_VIOLATED: {
    title: 'Policy violated',
    remedy:
      'Make it smaller, or ask an admin to change `jobs.policy`; where another person is asked for, let one approve it.',
    canRetry: false,
  },
  APPROVAL_EXPIRED: {
    title: 'Approval expired',
    remedy: 'Prepare it again with `job prepare`, look at it again, and approve that.',
    canRetry: false,
  },
  COMMAND_FAILED: {
    title: 'Command failed',
    remedy: 'Read what the command wrote in the result of the row, mend that, and retry it.',
    canRetry: true,
  },
  WEBHOOK_REFUSED: {
    title: 'Webhook refused',
    remedy: 'Read the answer of the other side in the result of the row; correct the webhook or the row.',
    canRetry: true,
  },
  CHANNEL_REFUSED: {
    title: 'Channel refused',
    remedy:
      'Read what the other side says; correct the settings of the channel, and tell the notice again (`notice retry`).',
    canRetry: true,
  },
  AUDIT_BROKEN: {
    title: 'Audit broken',
    remedy:
      'Keep the database as it is, run `audit verify` for the first bad line, and compare with a backup.',
    canRetry: false,
  },
  BACKUP_INVALID: {
    title: 'Backup invalid',
    remedy: 'Use another backup; `db backups` lists those that were checked.',
    canRetry: false,
  },
  SECRET_UNREADABLE: {
    title: 'Secret unreadable',
    remedy: 'Put the key file back that sealed it, or enter the secret again.',
    canRetry: true,
  },
  INTERNAL: {
    title: 'Internal',
    remedy: 'Look into the log of the server, and report it: this is a fault of Rollcall.',
    canRetry: true,
  },
}

/** What helps against a code that is kept somewhere; INTERNAL's help for one that we do not know. */
export const helpFor = (code: string): ErrorHelp =>
  Object.hasOwn(errorCatalogue, code) ? errorRegistry[code as ErrorCode] : errorRegistry.INTERNAL

/** The hint of an error: its own, else what helps against its code. */
export const hintOf = (error: Pick<AppError, 'code' | 'hint'>): string =>
  error.hint ?? errorRegistry[error.code].remedy
