import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * How soon an installed Rollcall answers after `npm start`, on a first start and on a later one, how much memory it
 * rests in, and how much script the browser loads first. Linux tells the memory; elsewhere it is left out.
 */
const root = path.join(import.meta.dirname, '..')
const port = 18_080 + (process.pid % 1_000)
let below = 0

function judge(what: string, value: number, limit: number, unit: string): void {
  const isGood = value <= limit
  if (!isGood) below += 1
  console.log(
    `  ${isGood ? 'ok   ' : 'BELOW'} ${what}: ${value.toFixed(2)} ${unit} (at most ${limit} ${unit})`,
  )
}

/** Resident memory of a process and all that it started, in megabytes. */
function residentMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const own = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
  return children.reduce((sum, child) => sum + residentMemory(Number(child)), own)
}

/** The server itself: what listens, not npm and its shell around it. */
function serverOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  return command.includes('src/main.ts')
    ? pid
    : (children.map((child) => serverOf(Number(child))).find((found) => found > 0) ?? 0)
}

async function start(folder: string): Promise<{ seconds: number; memory: number | undefined }> {
  const begun = performance.now()
  const child = spawn('npm', ['start', '--silent'], {
    cwd: root,
    env: {
      ...process.env,
      ROLLCALL_DATA_DIRECTORY: folder,
      ROLLCALL_SERVER__PORT: String(port),
      ROLLCALL_CONFIG: '',
    },
    stdio: 'ignore',
    detached: true,
  })
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined)
    if (answer?.ok) break
    if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`)
    await sleep(10)
  }
  const seconds = (performance.now() - begun) / 1000
  let memory: number | undefined
  if (process.platform === 'linux') {
    // It reads this machine at the start; at rest is after that.
    await sleep(8_000)
    memory = residentMemory(serverOf(child.pid!))
  }
  process.kill(-child.pid!, 'SIGTERM')
  await once(child, 'exit')
  return { seconds, memory }
}

/** Kilobytes of script that index.html loads, and with it the overview, as they go over the wire. */
function firstLoad(): number {
  const assets = path.join(root, 'web', 'dist')
  const manifest = JSON.parse(readFileSync(path.join(assets, '.vite', 'manifest.json'), 'utf8')) as Record<
    string,
    { file: string; imports?: string[] }
  >
  const wanted = new Set<string>()
  const need = (key: string): void => {
    if (wanted.has(key)) return
    wanted.add(key)
    for (const each of manifest[key]?.imports ?? []) need(each)
  }
  for (const key of ['index.html', 'shell/shell.tsx', 'overview/overview-page.tsx']) need(key)
  return [...wanted].reduce(
    (sum, key) => sum + statSync(path.join(assets, `${manifest[key]!.file}.br`)).size / 1000,
    0,
  )
}

execFileSync(process.execPath, [path.join(root, 'scripts', 'build-web.mjs')], { stdio: 'inherit' })
const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-start-'))
try {
  const first = await start(folder)
  judge('first start to first answer', first.seconds, 2, 's')
  const later = [await start(folder), await start(folder), await start(folder)]
  const median = later.map(({ seconds }) => seconds).toSorted((left, right) => left - right)[1]!
  judge('later start to first answer (median of 3)', median, 2, 's')
  const memory = later.at(-1)!.memory
  if (memory !== undefined) judge('memory at rest', memory, 250, 'MB')
  judge('script of the first load, compressed', firstLoad(), 300, 'kB')
  console.log(
    `  (${readdirSync(path.join(root, 'web', 'dist', 'assets')).filter((name) => name.endsWith('.js')).length} chunks in all)`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = below > 0 ? 1 : 0
