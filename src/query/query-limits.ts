/** Limits that keep any query small enough for both engines, whoever wrote it. */
export const queryLimits = {
  /** Characters (UTF-16 units) of the whole text. */
  length: 8000,
  /** Words and compared values together. */
  values: 500,
  /** Parentheses and negations inside each other. */
  depth: 30,
  /** Relations in one path: `parent.parent.name` has two. */
  relations: 4,
  /** Names in one path. */
  path: 10,
} as const
