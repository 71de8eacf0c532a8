/** WAL with synchronous=FULL: what was acknowledged survives a power cut (https://sqlite.org/pragma.html#pragma_synchronous). */
export const writerPragmas = [
  // For new files: lets space be given back in small steps, where VACUUM would hold everybody up.
  'auto_vacuum = incremental',
  'journal_mode = wal',
  'synchronous = full',
  'foreign_keys = on',
  'temp_store = memory',
  'cache_size = -16000',
  'journal_size_limit = 67108864',
  // Waiting inside of SQLite would stop the event loop; the writer waits by itself.
  'busy_timeout = 0',
] as const

export const readerPragmas = [
  'query_only = on',
  'temp_store = memory',
  'cache_size = -32000',
  'busy_timeout = 100',
] as const

/** A process that rebuilds indexes waits for the writer as long as the writer would for it. */
export const upkeepPragmas = ['synchronous = full', 'temp_store = memory', 'busy_timeout = 15000'] as const
