import { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import {
  clientSettings,
  createHttpClient,
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
} from '#sources/http-client.ts'
import type { ProxmoxSettings } from '#sources/proxmox/settings.ts'
import type { SourceTools } from '#sources/source.ts'

/** A request below /api2/json. */
export interface Question extends Omit<HttpRequest, 'body' | 'repeatable'> {
  /** False where slowness is the guest's, not the node's: no other node is asked then. */
  failover?: boolean | undefined
}

/** An answer whose `data` is taken out of its envelope; with an expected error, `data` is undefined and `reason` tells. */
export interface Answer {
  status: number
  data: unknown
  /** Proxmox puts its message into the status line, and since 8 into `message` too. */
  reason: string
}

/** Reads the API of one cluster, whichever of its nodes answers. */
export interface ProxmoxClient {
  get(path: string, question: Question): Promise<Answer>
  close(): Promise<void>
}

const envelope = z.looseObject({ data: z.unknown(), message: z.string().optional() })
const ticketAnswer = z.looseObject({
  data: z.looseObject({ ticket: z.string(), NeedTFA: z.unknown().optional() }),
})

/** A ticket lives two hours; it is renewed well before. In milliseconds. */
const ticketLife = 90 * 60_000

const apiBase = (url: string): string => `${url.replace(/\/+$/, '').replace(/\/api2\/json$/, '')}/api2/json`

/** Says how a signed-in request identifies itself. */
type Credentials = (http: HttpClient, signal: AbortSignal, renew: boolean) => Promise<Record<string, string>>

function ticketLogin({ username, password }: ProxmoxSettings, { clock }: SourceTools): Credentials {
  let cookie: string | undefined
  let until = 0
  return async (http, signal, renew) => {
    if (cookie && !renew && clock.monotonic() < until) return { cookie }
    const body = new URLSearchParams({ username: username!, password: password! })
    const answer = await http.json('POST', '/access/ticket', { body, repeatable: true, signal })
    const parsed = ticketAnswer.safeParse(answer.body)
    if (!parsed.success)
      throw new AppError('SOURCE_ANSWER_INVALID', 'Proxmox VE answered the login without a ticket')
    if (parsed.data.data.NeedTFA) {
      throw new AppError('SOURCE_REJECTED_LOGIN', `Proxmox VE asks ${username} for a second factor`, {
        hint: 'Use an API token instead of a password.',
      })
    }
    cookie = `PVEAuthCookie=${encodeURIComponent(parsed.data.data.ticket)}`
    until = clock.monotonic() + ticketLife
    return { cookie }
  }
}

function credentials(settings: ProxmoxSettings, tools: SourceTools): Credentials {
  const { token, username } = settings
  if (token) return () => Promise.resolve({ authorization: `PVEAPIToken=${token}` })
  return username && !settings.replay ? ticketLogin(settings, tools) : () => Promise.resolve({})
}

function toAnswer({ status, statusText, body }: HttpAnswer<unknown>, path: string): Answer {
  const parsed = envelope.safeParse(body)
  const ok = status >= 200 && status < 300
  if (ok && !parsed.success)
    throw new AppError('SOURCE_ANSWER_INVALID', `Proxmox VE answered ${path} without data`)
  const reason = (parsed.data?.message ?? statusText).trim()
  return { status, data: ok ? parsed.data?.data : undefined, reason }
}

const mayTryAnother = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'SOURCE_UNREACHABLE' || error.code === 'SOURCE_TIMEOUT')

/** Opens a client over the node of `url` and its alternatives; it stays with the node that answered last. */
export function createProxmoxClient(settings: ProxmoxSettings, tools: SourceTools): ProxmoxClient {
  const login = credentials(settings, tools)
  const secrets = [settings.token, settings.password].filter((secret) => secret !== undefined)
  const shared = { ...clientSettings(settings), secrets, connections: settings.parallel }
  const nodes = [settings.url, ...settings.alternatives].map((url) =>
    createHttpClient({ ...shared, baseUrl: apiBase(url) }, tools),
  )
  let current = 0

  async function ask(http: HttpClient, path: string, question: Question): Promise<HttpAnswer<unknown>> {
    const { failover: _, ...request } = question
    const send = async (renew: boolean) => {
      const headers = await login(http, request.signal, renew)
      return http.json('GET', path, { ...request, headers })
    }
    try {
      return await send(false)
    } catch (error) {
      // A ticket can end early, when the user's password changes or the cluster's clock jumps.
      const expired =
        error instanceof AppError && error.code === 'SOURCE_REJECTED_LOGIN' && settings.token === undefined
      if (expired && settings.username) return send(true)
      throw error
    }
  }

  async function askAny(path: string, question: Question): Promise<HttpAnswer<unknown>> {
    let first: unknown
    for (let tried = 0; tried < nodes.length; tried += 1) {
      const index = current
      try {
        return await ask(nodes[index]!, path, question)
      } catch (error) {
        if (question.failover === false || !mayTryAnother(error)) throw error
        first ??= error
        // Another request may have moved on already.
        if (current === index) current = (index + 1) % nodes.length
      }
    }
    throw first
  }

  return {
    get: async (path, question) => toAnswer(await askAny(path, question), path),
    close: async () => void (await Promise.all(nodes.map((http) => http.close()))),
  }
}
