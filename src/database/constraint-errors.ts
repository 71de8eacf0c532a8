/** Whether a statement failed because a row with the same unique key is already there, on either engine. */
export function isUniqueViolation(error: unknown): boolean {
  const { errcode, code } = (error ?? {}) as { errcode?: unknown; code?: unknown }
  return errcode === 2067 || errcode === 1555 || code === '23505'
}
