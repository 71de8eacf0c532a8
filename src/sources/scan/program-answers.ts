import { AppError } from '#kernel/errors.ts'
import { runProgram } from '#sources/local/run-program.ts'

/** Whether a program is installed and tells its version. */
export async function programAnswers(program: 'fping' | 'nmap', signal: AbortSignal): Promise<boolean> {
  try {
    return (await runProgram(program, ['--version'], { timeout: 10_000 }, signal)).code === 0
  } catch (error) {
    if (error instanceof AppError) return false
    throw error
  }
}
