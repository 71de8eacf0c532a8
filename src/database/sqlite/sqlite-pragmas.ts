/** WAL with synchronous=FULL: what was acknowledged survives a power cut (https://sqlite.org/pragma.html#pragma_synchronous). */
export const writerPragmas = [
  'journal_mode = wal',
  'synchronous = full',
  'foreign_keys = on',
  'temp_store = memory',
  'cache_size = -32000',
  'journal_size_limit = 67108864',
] as const

export const readerPragmas = ['query_only = on', 'temp_store = memory', 'cache_size = -32000'] as const
