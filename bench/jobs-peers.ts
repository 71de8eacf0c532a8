import { execFileSync, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, 'peers')

/** Nothing here takes longer than so many milliseconds, unless it hangs. */
const longest = 180_000

/** Installs the peers beside their programs, where Git does not look; false where they cannot be had. */
export function installPeers(): boolean {
  if (existsSync(join(folder, 'node_modules', 'pg-boss'))) return true
  try {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    return true
  } catch {
    return false
  }
}

/** Lets a program of a peer, or of ours, do so many rows on a new database, and gives the seconds that it says it took. */
export async function secondsOf(program: string, url: string, rows: number): Promise<number> {
  const file = join(program.endsWith('.mjs') ? folder : import.meta.dirname, program)
  const child = fork(file, [url, String(rows)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
    timeout: longest,
    killSignal: 'SIGKILL',
  })
  return new Promise((resolve, reject) => {
    let seconds: number | undefined
    child.once('message', (said) => (seconds = (said as { seconds: number }).seconds))
    child.once('exit', (code, signal) =>
      seconds === undefined ? reject(new Error(`${program} ended with ${code ?? signal}`)) : resolve(seconds),
    )
  })
}
