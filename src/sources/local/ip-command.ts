import { AppError } from '#kernel/errors.ts'
import { runProgram } from '#sources/local/run-program.ts'

/** Ordinary users often lack the sbin folders in their path. */
const places = ['ip', '/usr/sbin/ip', '/sbin/ip']

/** Runs one place's `ip`; undefined when it is not there or does not know the arguments (busybox has no JSON). */
async function tryPlace(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const outcome = await runProgram(program, args, { timeout: 10_000 }, signal)
    return outcome.code === 0 ? outcome.stdout : undefined
  } catch (error) {
    if (error instanceof AppError && error.code === 'SOURCE_TOOL_MISSING') return undefined
    throw error
  }
}

/** The parsed JSON answer of iproute2 (`ip -j ...`), a list; undefined where no such program answers. */
export async function ipCommand(
  args: readonly string[],
  signal: AbortSignal,
): Promise<unknown[] | undefined> {
  for (const place of places) {
    const text = await tryPlace(place, ['-j', ...args], signal)
    if (text === undefined) continue
    try {
      const parsed: unknown = JSON.parse(text.trim() === '' ? '[]' : text)
      return Array.isArray(parsed) ? parsed : undefined
    } catch {
      return undefined
    }
  }
  return undefined
}
