import { z } from 'zod'

/** One thing looked at, and what to do about it. */
export const Check = z.object({
  name: z.string().describe('What was looked at: database, key-file, backups.'),
  status: z.enum(['ok', 'warning', 'problem']),
  message: z.string(),
  remedy: z.string().nullable().describe('What to do; null where nothing is wrong.'),
})
export type Check = z.infer<typeof Check>

export const ok = (name: string, message: string): Check => ({ name, status: 'ok', message, remedy: null })

export const warning = (name: string, message: string, remedy: string): Check => ({
  name,
  status: 'warning',
  message,
  remedy,
})

export const problem = (name: string, message: string, remedy: string): Check => ({
  name,
  status: 'problem',
  message,
  remedy,
})

/** The worst of several. */
export const worstOf = (checks: readonly Check[]): Check['status'] =>
  checks.some((each) => each.status === 'problem')
    ? 'problem'
    : checks.some((each) => each.status === 'warning')
      ? 'warning'
      : 'ok'
