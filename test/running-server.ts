import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { root } from '#test/tracked-files.ts'

/** One admin for the tests' own questions. */
export const adminToken = 'a-token-for-this-test-only'

export interface RunningServer {
  /** http://127.0.0.1:PORT */
  address: string
  /** The one-time address printed at a first start. */
  setupLink: string | undefined
  process: ChildProcess
  /** Asks it to end and gives its exit code. */
  stop(): Promise<number | null>
  /** Asks the API as an admin. */
  call<Answer>(method: string, where: string, body?: object): Promise<{ status: number; answer: Answer }>
}

/** An empty folder to start in; it goes with the test. */
export function homeFolder(context: TestContext, files: Record<string, string> = {}): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rollcall-home-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
  return folder
}

/** What a program of a test finds in its environment; nothing of ours unless given. */
export const plainEnvironment = (more: Record<string, string> = {}): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: os.tmpdir(),
  // As the launcher does: what is tested is the program, not how long it takes to compile.
  NODE_COMPILE_CACHE: path.join(root, 'node_modules', '.cache', 'compiled'),
  ROLLCALL_DISCOVERY__STARTUP: 'false',
  ROLLCALL_MONITORING__SELF: 'false',
  ...more,
})

/** Starts the real program in a folder and waits until it listens; it is killed when the test ends. */
export async function startServer(
  context: TestContext,
  folder: string,
  environment: Record<string, string> = {},
): Promise<RunningServer> {
  const server = spawn(process.execPath, [path.join(root, 'src', 'main.ts'), 'serve'], {
    cwd: folder,
    env: plainEnvironment({
      ROLLCALL_SERVER__PORT: '0',
      ROLLCALL_ADMIN_TOKEN: adminToken,
      ...environment,
    }),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  context.after(() => server.kill('SIGKILL'))
  const said = await listening(server)
  return {
    ...said,
    process: server,
    stop: async () => {
      const ended = once(server, 'exit')
      server.kill('SIGTERM')
      const [code] = (await ended) as [number | null]
      return code
    },
    call: (method, where, body) => call(said.address, method, where, body),
  }
}

/** Reads what it says until it has told where it listens, and on a first start where to make an account. */
async function listening(server: ChildProcess): Promise<Pick<RunningServer, 'address' | 'setupLink'>> {
  const lines = createInterface({ input: server.stdout! })
  let address: string | undefined
  for await (const line of lines) {
    const found = /https?:\/\/127\.0\.0\.1:\d+\S*/.exec(line)?.[0]
    if (found === undefined) continue
    if (address === undefined) address = found
    else {
      server.stdout!.resume()
      return { address, setupLink: found }
    }
    if (await hasAdmin(address)) break
  }
  if (address === undefined) throw new Error('the server ended without listening')
  server.stdout!.resume()
  return { address, setupLink: undefined }
}

async function hasAdmin(address: string): Promise<boolean> {
  const answer = (await (await fetch(`${address}/api/v1/setup`)).json()) as { needed: boolean }
  return !answer.needed
}

async function call<Answer>(
  address: string,
  method: string,
  where: string,
  body?: object,
): Promise<{ status: number; answer: Answer }> {
  const response = await fetch(`${address}/api/v1${where}`, {
    method,
    headers: {
      authorization: `Bearer ${adminToken}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  return { status: response.status, answer: (text === '' ? undefined : JSON.parse(text)) as Answer }
}
