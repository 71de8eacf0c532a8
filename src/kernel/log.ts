/** A log line is a fixed sentence plus fields; no values in the sentence, no secrets in the fields. */
export interface Log {
  debug(fields: object, sentence: string): void
  info(fields: object, sentence: string): void
  warn(fields: object, sentence: string): void
  error(fields: object, sentence: string): void
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }
