import { z } from 'zod'
import type { Context } from '#features/context.ts'
import { AppError, toAppError } from '#kernel/errors.ts'
import type { Source } from '#sources/source.ts'

/** How a connection test went, for a person; a failed one is an answer too. */
export const SourceTestAnswer = z.object({
  ok: z.boolean(),
  message: z.string().describe('What answered, or what went wrong.'),
  hint: z.string().nullable().describe('What to do about it.'),
  errorCode: z.string().nullable(),
  warnings: z.array(z.string()).describe('What works but will be missing or weak.'),
  checks: z
    .array(
      z.object({
        name: z.string().describe('What was tried.'),
        result: z.enum(['ok', 'limited', 'failed']),
        detail: z.string().describe('What it gave, or what will be missing and why.'),
        fix: z.string().nullable().describe('What to do about it.'),
      }),
    )
    .describe('Everything that was tried, in the order in which a reading needs it.'),
})
export type SourceTestAnswer = z.infer<typeof SourceTestAnswer>

/** A connection test gives up after this long, whatever the source's own patience. */
export const longestTest = 60_000

/** Opens a source and tests it. An abort throws the signal's reason; whatever else goes wrong is the answer. */
export async function testSource(
  context: Pick<Context, 'clock' | 'log'>,
  open: () => Source,
  signal: AbortSignal,
): Promise<SourceTestAnswer> {
  signal.throwIfAborted()
  try {
    const {
      message,
      warnings,
      checks = [],
    } = await inTime(context, async (limited) => open().test(limited), signal)
    const told = checks.map((check) => ({ ...check, fix: check.fix ?? null }))
    return { ok: true, message, hint: null, errorCode: null, warnings, checks: told }
  } catch (thrown) {
    signal.throwIfAborted()
    const { code, message, hint = null } = toAppError(thrown)
    if (code === 'INTERNAL') context.log.error({ err: thrown }, 'the test of a source failed')
    return { ok: false, message, hint, errorCode: code, warnings: [], checks: [] }
  }
}

/** The work, or SOURCE_TIMEOUT once the time is over, also when the work doesn't listen to its signal. */
async function inTime<T>(
  { clock }: Pick<Context, 'clock'>,
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const limit = new AbortController()
  const done = new AbortController()
  const limited = AbortSignal.any([signal, limit.signal])
  void clock.sleep(longestTest, AbortSignal.any([signal, done.signal])).then(() => {
    if (!done.signal.aborted) limit.abort(tookTooLong())
  })
  const stopped = new Promise<never>((_, reject) => {
    limited.addEventListener('abort', () => reject(limited.reason as Error), { once: true })
  })
  try {
    return await Promise.race([work(limited), stopped])
  } finally {
    done.abort()
  }
}

const tookTooLong = (): AppError =>
  new AppError('SOURCE_TIMEOUT', `The source did not answer within ${longestTest / 1000} seconds`, {
    hint: 'Check its address, and that no firewall drops what is sent to it.',
  })
