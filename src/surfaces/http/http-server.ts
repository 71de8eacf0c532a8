import compress from '@fastify/compress'
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import type { Context } from '#features/context.ts'
import type { AnyOperation } from '#features/operation.ts'
import { addAgentFiles, type AgentFiles } from '#surfaces/http/agent-files.ts'
import { addAuditExport, type ExportAudit } from '#surfaces/http/audit-export-route.ts'
import { addAuthRoutes, type HandleAuth } from '#surfaces/http/auth-routes.ts'
import { addDeviceExport, type ExportDevices } from '#surfaces/http/device-export-route.ts'
import { addExportRoute, type OpenExport } from '#surfaces/http/export-route.ts'
import { addEventStream } from '#surfaces/http/event-stream.ts'
import { addHeartbeatRoute, type TakeHeartbeats } from '#surfaces/http/heartbeat-route.ts'
import { addMcpRoute, type AnswerMcp } from '#surfaces/http/mcp-route.ts'
import { addMetricsPage, type Collect } from '#surfaces/http/metrics-page.ts'
import { addMetricsExport, type ExportMetrics } from '#surfaces/http/metrics-export-route.ts'
import type { DescribedRoute } from '#surfaces/http/openapi.ts'
import { addOperationRoutes } from '#surfaces/http/operation-routes.ts'
import { answerErrorsAsProblems, sendNoRoute } from '#surfaces/http/problem-replies.ts'
import { addReference } from '#surfaces/http/reference-page.ts'
import { guardRoutes, type Identify } from '#surfaces/http/request-actor.ts'
import { collectRoutes, everyRoute, methodsOf } from '#surfaces/http/route-facts.ts'
import { limitRequestTime } from '#surfaces/http/request-time.ts'
import { readPem } from '#surfaces/http/read-pem.ts'
import { addSecurityHeaders } from '#surfaces/http/security-headers.ts'
import { addStatusPage } from '#surfaces/http/status-page-route.ts'
import { addUploadRoute, type StoreUpload } from '#surfaces/http/upload-route.ts'
import { addWebFiles, sendPage, wantsPage } from '#surfaces/http/web-files.ts'
import { addWriteRoutes, type TakeWrites } from '#surfaces/http/write-routes.ts'

/** What the server is built from. */
export interface HttpParts {
  context: Context
  operations: readonly AnyOperation[]
  access: { identify: Identify; handle: HandleAuth }
  version: string
  /** The folder of the built page, absolute; without it only the API answers. */
  webRoot?: string | undefined
  exportDevices?: ExportDevices | undefined
  exportAudit?: ExportAudit | undefined
  /** Opens files that jobs wrote. */
  openExport?: OpenExport | undefined
  /** Keeps uploaded files of rows. */
  storeUpload?: StoreUpload | undefined
  /** Routes written by hand that the OpenAPI document tells of. */
  described?: readonly DescribedRoute[] | undefined
  /** Gives what a server measured as a file. */
  exportMetrics?: ExportMetrics | undefined
  /** Takes what agents send. */
  heartbeats?: TakeHeartbeats | undefined
  /** What other agents send: `createTakeWrites(...)`. */
  writes?: TakeWrites | undefined
  /** MCP over HTTP: `mcpOverHttp(...)`. */
  answerMcp?: AnswerMcp | undefined
  /** What machines that get an agent fetch. */
  agentFiles?: AgentFiles | undefined
  /** The operation that the public status page shows. */
  statusPage?: AnyOperation | undefined
  /** Counts for /metrics. */
  collect?: Collect | undefined
}

/** The whole HTTP surface, not yet listening; await `ready()` or `listen()`. */
export function buildHttpServer(parts: HttpParts): FastifyInstance {
  const { context, operations, access, version } = parts
  const { publicUrl } = context.config.server
  const server = fastify(serverOptions(context.config.server))
  collectRoutes(server)
  limitRequestTime(server)
  acceptEmptyJson(server)
  answerErrorsAsProblems(server, context.log)
  addSecurityHeaders(server, publicUrl)
  logRequests(server, context)
  guardRoutes(server, access.identify, publicUrl)
  addMetricsPage(server, version, parts.collect)
  // Fast compression: the page's files are compressed ahead, answers are made fresh every time.
  void server.register(compress, { threshold: 2_048, encodings: ['gzip', 'deflate', 'identity'] })
  void server.register(async (scope) => {
    addOperationRoutes(scope, context, operations)
    if (parts.statusPage) addStatusPage(scope, context, parts.statusPage, publicUrl)
    addEventStream(scope, context, access.identify)
    addReference(scope, operations, version, parts.described)
    if (parts.answerMcp) addMcpRoute(scope, parts.answerMcp)
    addAuthRoutes(scope, access.handle, publicUrl)
    if (parts.agentFiles) addAgentFiles(scope, parts.agentFiles, publicUrl)
    if (parts.exportMetrics) addMetricsExport(scope, context, parts.exportMetrics)
    if (parts.heartbeats) addHeartbeatRoute(scope, parts.heartbeats, access.identify)
    if (parts.writes) addWriteRoutes(scope, parts.writes, access.identify)
    if (parts.storeUpload) addUploadRoute(scope, context, parts.storeUpload)
    if (parts.exportDevices) addDeviceExport(scope, context, parts.exportDevices)
    if (parts.openExport) addExportRoute(scope, context, parts.openExport)
    if (parts.exportAudit) addAuditExport(scope, context, parts.exportAudit)
  })
  if (parts.webRoot !== undefined) addWebFiles(server, parts.webRoot)
  server.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(everyRoute(server), request.url)
    if (parts.webRoot !== undefined && methods.length === 0 && wantsPage(request)) sendPage(reply)
    else void sendNoRoute(request, reply, methods)
  })
  return server
}

function serverOptions({ tls, trustedProxies }: Context['config']['server']): FastifyServerOptions {
  const common: FastifyServerOptions = {
    logger: false,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: 4_194_304,
    routerOptions: { maxParamLength: 1_000 },
    forceCloseConnections: 'idle',
  }
  if (tls.cert === undefined || tls.key === undefined) return common
  const https = { cert: readPem('cert', tls.cert), key: readPem('key', tls.key) }
  return { ...common, https } as FastifyServerOptions
}

/** A POST that says JSON and sends nothing means no input. */
function acceptEmptyJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error')
  server.removeContentTypeParser('application/json')
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parse(request, body as string, done)
  })
}

function logRequests(server: FastifyInstance, { log }: Context): void {
  server.addHook('onResponse', async (request, reply) => {
    const { url, config } = request.routeOptions
    const fields = {
      method: request.method,
      route: url,
      operation: config.operation,
      actor: request.actor?.name,
    }
    const milliseconds = Math.round(reply.elapsedTime)
    log.debug({ ...fields, status: reply.statusCode, milliseconds }, 'request answered')
  })
}
