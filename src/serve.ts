import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { agentFilesIn } from '#agent-files.ts'
import type { Config } from '#config.ts'
import { createAccess } from '#features/access/access.ts'
import { keepCheckpoints } from '#features/audit/checkpoints.ts'
import { openExport } from '#features/actions/export-file.ts'
import { exportAudit } from '#features/audit/export-audit.ts'
import type { Context } from '#features/context.ts'
import { writeDescriptions } from '#features/ingest/write-descriptions.ts'
import { createTakeWrites } from '#features/ingest/take-writes.ts'
import { exportDevices } from '#features/inventory/export-devices.ts'
import { keepAlive } from '#features/jobs/keep-alive.ts'
import { work } from '#features/jobs/worker.ts'
import { createPrepareJob } from '#features/previews/prepare-job.ts'
import { storeUpload } from '#features/previews/uploads.ts'
import { operations } from '#features/operations.ts'
import { keepWatch } from '#features/monitoring/keep-watch.ts'
import { createWatchParts } from '#features/watch-parts.ts'
import { exportMetrics } from '#features/servers/export-metrics.ts'
import { heartbeatDescription } from '#features/servers/heartbeat-description.ts'
import { createHeartbeatIntake } from '#features/servers/take-heartbeats.ts'
import { keepIdentity } from '#features/servers/tell-identity.ts'
import { scheduleProviders, scheduleTools } from '#features/scheduled-work.ts'
import { keepSchedules } from '#features/schedules/keep-schedules.ts'
import { startupReading } from '#features/sync/discovery-startup.ts'
import { checkKeyFile } from '#features/system/check-key-file.ts'
import { collectSamples } from '#features/system/collect-samples.ts'
import { followSettings } from '#features/system/live-config.ts'
import type { Clock } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { ServerLog } from '#create-log.ts'
import { measureSelf } from '#measure-self.ts'
import { type App, openApp } from '#open-app.ts'
import { hearOthers } from '#share-events.ts'
import { showStatusPage } from '#features/status-page/show-status-page-operation.ts'
import { buildHttpServer } from '#surfaces/http/http-server.ts'
import { mcpOverHttp } from '#surfaces/mcp/mcp-over-http.ts'

export interface ServeParts {
  config: Config
  clock: Clock
  log: ServerLog
  version: string
  /** What a person who starts it reads, a line at a time. */
  say(line: string): void
}

/** The server: answers HTTP, does jobs and keeps schedules until the signal aborts. */
export async function serve(parts: ServeParts, signal: AbortSignal): Promise<void> {
  const { config, log, clock } = parts
  const { roles } = config.node
  const app = await openApp({ config, clock, log, roles }, signal)
  const ending = new AbortController()
  const background: Promise<unknown>[] = []
  const http = roles.includes('api') ? openHttp(parts, app) : undefined
  try {
    await warnOfForeignKey(app)
    if (http) await http.listen()
    background.push(keepCheckpoints(app.context, ending.signal))
    background.push(keepIdentity(app.context, ending.signal))
    // A worker does so itself.
    if (!roles.includes('worker')) background.push(keepAlive(app.context, app.node, ending.signal))
    // Whatever other processes write, such as the command line, shows on open pages too.
    background.push(hearOthers(app.opened, app.context, app.node.id, app.heard, ending.signal))
    background.push(followRuntimeSettings(app, log, ending.signal))
    if (roles.includes('worker')) background.push(...startWorker(app, ending.signal))
    if (roles.includes('worker')) background.push(measureSelf(app.context, parts, ending.signal))
    if (!signal.aborted)
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    log.info({}, 'stopping')
  } finally {
    ending.abort()
    await http?.close()
    await Promise.all(background)
    await app.close()
  }
}

/** A lost key file is made anew without a word; what the old one sealed must not be missed only when it is needed. */
async function warnOfForeignKey({ context }: App): Promise<void> {
  for (const { status, message, remedy } of await checkKeyFile(context.config, context))
    if (status === 'problem') context.log.error({ remedy }, message)
}

/** Does jobs, and submits those whose time has come. */
function startWorker({ context, actions, node, metrics }: App, signal: AbortSignal): Promise<unknown>[] {
  const prepare = createPrepareJob(actions)
  return [
    work(context, actions, node, signal, { prepare }),
    submitByItself(context, signal),
    keepWatch(context, { engine: metrics, parts: createWatchParts(), node }, signal),
  ]
}

async function submitByItself(context: Context, signal: AbortSignal): Promise<void> {
  await startupReading(context).catch((err: unknown) => {
    context.log.error({ err }, 'this machine could not be read at the start')
  })
  await keepSchedules(context, scheduleTools, scheduleProviders, signal)
}

/** The log is the one thing that must be told; everything else reads the configuration at each use. */
function followRuntimeSettings(
  { context, settings }: App,
  log: ServerLog,
  signal: AbortSignal,
): Promise<void> {
  log.setLevel(context.config.log.level)
  return followSettings(context, settings, (config) => log.setLevel(config.log.level), signal)
}

function openHttp({ config, log, version, say }: ServeParts, app: App) {
  const { context } = app
  const access = createAccess(context)
  const root = path.join(import.meta.dirname, '..')
  const webRoot = path.join(root, 'web', 'dist')
  const isBuilt = existsSync(path.join(webRoot, 'index.html'))
  if (!isBuilt) log.warn({}, 'the web pages are not built; only the API answers')
  const server = buildHttpServer({
    context,
    operations,
    access,
    version,
    webRoot: isBuilt ? webRoot : undefined,
    exportDevices,
    exportMetrics,
    described: [heartbeatDescription, ...writeDescriptions],
    heartbeats: createHeartbeatIntake(context),
    writes: createTakeWrites(context),
    storeUpload,
    agentFiles: agentFilesIn(root),
    statusPage: showStatusPage,
    exportAudit,
    openExport,
    collect: collectSamples(context),
    answerMcp: mcpOverHttp({ context, operations, version }),
  })
  /** Port 0 takes a free one, which only the server itself knows. */
  async function setupLink(port: number): Promise<string> {
    const link = new URL(access.setupUrl(await access.createSetupLink()))
    if (config.server.publicUrl === undefined) link.port = String(port)
    return link.href
  }
  return {
    async listen() {
      const { host, port } = config.server
      await server.listen({ host, port }).catch((cause: unknown) => {
        throw listenError(cause, host, port)
      })
      const bound = server.server.address() as AddressInfo
      const url = addressOf(config, bound)
      say(`Rollcall ${version} answers on ${url}`)
      if ((await access.setupState()).needed)
        say(`Make your account, once, at ${await setupLink(bound.port)}`)
    },
    close: () => server.close(),
  }
}

/** Where people reach the server from this machine. */
function addressOf({ server }: Config, { port, family }: AddressInfo): string {
  const everywhere = server.host === '0.0.0.0' || server.host === '::'
  const host = everywhere ? '127.0.0.1' : server.host
  const named = family === 'IPv6' && host.includes(':') ? `[${host}]` : host
  return `${server.tls.cert === undefined ? 'http' : 'https'}://${named}:${port}`
}

function listenError(cause: unknown, host: string, port: number): unknown {
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    return new AppError('CONFLICT', `Port ${port} of ${host} is taken by another program`, {
      hint: 'Perhaps Rollcall runs already. Another port: ROLLCALL_SERVER__PORT=8081, or server.port in rollcall.yaml.',
      cause,
    })
  if (code === 'EACCES')
    return new AppError('CONFLICT', `This user may not listen on port ${port}`, {
      hint: 'Take a port above 1024, or put a proxy in front (docs/operations/tls.md).',
      cause,
    })
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new AppError('CONFLICT', `This machine has no address ${host}`, {
      hint: 'server.host is an address of this machine, or 0.0.0.0 for all of them.',
      cause,
    })
  return cause
}
