import { createReadStream, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import path from 'node:path'
import { loadConfig } from '#config.ts'
import { type CommandParts, handWrittenCommands } from '#commands.ts'
import { createLog } from '#create-log.ts'
import { examine } from '#doctor.ts'
import { cliActor } from '#features/access/cli-actor.ts'
import { followHere } from '#features/jobs/follow-here.ts'
import { liveNodes } from '#features/jobs/node-queries.ts'
import { createPrepareJob } from '#features/previews/prepare-job.ts'
import { storeUpload } from '#features/previews/uploads.ts'
import { operations } from '#features/operations.ts'
import { systemClock } from '#kernel/clock.ts'
import { JobId } from '#model/ids.ts'
import { type App, openApp } from '#open-app.ts'
import { sourceTypes } from '#sources/sources.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { askPerson } from '#surfaces/cli/ask-person.ts'
import type { CliParts } from '#surfaces/cli/cli-parts.ts'
import { runCli } from '#surfaces/cli/run-cli.ts'

// What Rollcall writes (database, keys, backups) is for its own user only.
process.umask(0o077)

const clock = systemClock
const { env, stdin, stdout, stderr } = process
const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // Who asks twice does not want to wait.
    if (interrupted.signal.aborted) process.exit(130)
    interrupted.abort(new Error(`stopped by ${name}`))
  })
}
// Who closes the pipe (`| head`) has read enough.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const { version } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '..', 'package.json'), 'utf8'),
) as { version: string }

const config: CommandParts['config'] = ({ configFile, settings = {} }) => {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined)
  return loadConfig({
    argvConfig: typeof configFile === 'string' ? configFile : undefined,
    environment: { ...env, ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])) },
    workingDirectory: process.cwd(),
    sourceTypes,
  })
}

/** The database here, opened by the first operation that needs it. */
let here: Promise<App> | undefined
const appHere = (configFile: string | undefined): Promise<App> => (here ??= openHere(configFile))

async function openHere(configFile: string | undefined): Promise<App> {
  const found = config({ configFile })
  const level = found.log.level === 'info' ? 'warn' : found.log.level
  const log = createLog({ ...found.log, level }, stderr, isTty)
  return openApp({ config: found, clock, log, roles: [] }, interrupted.signal)
}

/** A pipe takes no more than its reader has taken; what is still here would be lost by ending now. */
const written = async (stream: NodeJS.WriteStream): Promise<void> => {
  if (stream.writableLength > 0) await new Promise<void>((resolve) => stream.write('', () => resolve()))
}

const isTty = stdout.isTTY && stderr.isTTY
const actor = cliActor(userName())

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A user id without a name, as containers have.
    return String(process.getuid?.() ?? 'unknown')
  }
}

const execute: CliParts['execute'] = async ({ operation, input, configFile }, signal) => {
  // The doctor is asked when things do not open.
  if (operation.name === 'system.doctor')
    return examine({ config: () => config({ configFile }), clock }, signal)
  const app = await appHere(configFile)
  return answerOperation(operation, app.context, actor, input, signal)
}

/** Sees a job through: the running server does it, or this process. */
const followJob: CliParts['followJob'] = async (jobId, report, signal) => {
  const app = await here!
  const prepare = createPrepareJob(app.actions)
  return followHere(app.context, app.actions, app.node, JobId.parse(jobId), report, signal, prepare)
}

/** Keeps a file of rows for a job of the database here. */
const upload: CliParts['upload'] = async (file, configFile, signal) => {
  const { context } = await appHere(configFile)
  return storeUpload(context, actor, path.basename(file), createReadStream(file), signal)
}

/** Whether another process takes the jobs that are left here. */
const isServed = async (): Promise<boolean> => {
  const { context, node } = await here!
  return (await liveNodes(context, node.id)).some(({ roles }) => roles.includes('worker'))
}

async function readInput(): Promise<string> {
  let text = ''
  for await (const piece of stdin.setEncoding('utf8')) text += piece
  return text
}

const parts: CommandParts = {
  version,
  clock,
  config,
  log: (found) => createLog(found.log, stdout, isTty),
  say: (line) => console.log(line),
  execute,
  actor,
  isTty,
  confirm: askPerson,
  standard: { input: stdin, output: stdout },
}

process.exitCode = await runCli({
  argv: process.argv.slice(2),
  version,
  operations,
  execute,
  environment: env,
  commands: handWrittenCommands(parts),
  print: (text) => console.log(text),
  printError: (text) => console.error(text),
  progress: (line) => stderr.write(`\r\u001b[K${line.slice(0, (stderr.columns ?? 80) - 1)}`),
  isTty,
  width: stdout.columns,
  confirm: askPerson,
  readInput,
  upload,
  followJob,
  isServed,
  clock,
  logFailure: (error) => console.error(error),
  signal: interrupted.signal,
})
await (await here?.catch(() => undefined))?.close()
await Promise.all([stdout, stderr].map(written))
// What still runs (a terminal's input, a report) must not keep an ended command alive.
process.exit()
