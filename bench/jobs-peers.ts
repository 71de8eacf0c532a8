import { execFileSync, fork } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const peers = join(import.meta.dirname, 'peers')
const folder = join(tmpdir(), 'rollcall-bench-peers')

/** Installs the peers into a temporary folder; false where they cannot be had. */
export function installPeers(): boolean {
  mkdirSync(folder, { recursive: true })
  for (const file of ['package.json', 'graphile.mjs', 'pg-boss.mjs'])
    copyFileSync(join(peers, file), join(folder, file))
  if (existsSync(join(folder, 'node_modules', 'pg-boss'))) return true
  try {
    execFileSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Lets a program of a peer, or of ours, do so many rows on a new database, and gives the seconds that it says it took. */
export async function secondsOf(program: string, url: string, rows: number): Promise<number> {
  const file = program.endsWith('.mjs') ? join(folder, program) : join(import.meta.dirname, program)
  const child = fork(file, [url, String(rows)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  })
  return new Promise((resolve, reject) => {
    let seconds: number | undefined
    child.once('message', (said) => (seconds = (said as { seconds: number }).seconds))
    child.once('exit', (code) =>
      seconds === undefined ? reject(new Error(`${program} ended with ${code}`)) : resolve(seconds),
    )
  })
}
