import { execFile } from 'node:child_process'
import path from 'node:path'
import { plainEnvironment } from '#test/running-server.ts'
import { root } from '#test/tracked-files.ts'

/** How a command ended. */
export interface Outcome {
  code: number
  out: string
  errors: string
}

/** Runs the real program in a folder; the words of its command line are parted by spaces. */
export const rollcall = (
  folder: string,
  line: string,
  environment: Record<string, string> = {},
): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [path.join(root, 'src', 'main.ts'), ...line.split(' ')],
      { cwd: folder, env: plainEnvironment(environment) },
      (_error, out, errors) => resolve({ code: child.exitCode ?? -1, out, errors }),
    )
  })
