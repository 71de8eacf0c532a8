import { auditAnswer } from '#features/access/auth-audit.ts'
import { attempts } from '#features/access/auth-attempt.ts'
import type { AuthAttempt } from '#features/access/auth-attempt.ts'
import type { AuthLibrary } from '#features/access/auth-library.ts'
import { addressHeader } from '#features/access/auth-options.ts'
import { authRoute } from '#features/access/auth-routes.ts'
import { forgetDevices } from '#features/access/session-queries.ts'
import { assertSameOrigin } from '#features/access/same-origin.ts'
import { countTry } from '#features/access/sign-in-limit.ts'
import type { SignInLimits } from '#features/access/sign-in-limit.ts'
import { userActor } from '#features/access/identify.ts'
import type { Context } from '#features/context.ts'
import { AppError, toAppError } from '#kernel/errors.ts'
import type { ErrorCode } from '#kernel/errors.ts'
import type { z } from 'zod'

type Part = Pick<Context, 'db' | 'clock' | 'config' | 'log'>
type Body = Record<string, unknown>

const base = '/api/auth'

/**
 * Answers one request below /api/auth with the sign-in library, which sees only the routes and fields that we know.
 * What goes wrong is thrown as an AppError.
 */
export async function answerAuth(
  context: Part,
  library: AuthLibrary,
  limits: SignInLimits,
  request: Request,
): Promise<Response> {
  const address = request.headers.get('x-forwarded-for') ?? 'unknown'
  const { publicUrl } = context.config.server
  const url = new URL(request.url)
  const route = authRoute(request.method, url.pathname.slice(base.length))
  if (!route || !url.pathname.startsWith(`${base}/`))
    throw new AppError('NOT_FOUND', `There is no ${url.pathname}`)
  if (request.method !== 'GET')
    assertSameOrigin(request.headers, { publicUrl, host: request.headers.get('host') ?? url.host })
  const body = route.body && (await readBody(route.body, request))
  const session = route.proof === 'password' ? undefined : await library.session(request.headers)
  const email = session?.email ?? (typeof body?.['email'] === 'string' ? body['email'] : undefined)
  const counted = route.guess ? await countTry(context, { address, email }, limits) : undefined
  const attempt: AuthAttempt = { address }
  const auth = await (route.oidc ? library.withProviders() : library.plain())
  const answer = await attempts.run(attempt, () =>
    auth.handler(forwarded(request, body, address, new URL(publicUrl ?? request.url).origin)),
  )
  const content = await contentOf(answer)
  if (answer.ok) await counted?.succeeded()
  if (attempt.twoFactor === false && session) await forgetDevices(context.db, session.id)
  await auditAnswer(context, { route, attempt, answer, content, email, actor: session && userActor(session) })
  if (answer.status === 404 && route.oidc) assertProviderKnown(context, body)
  if (answer.status >= 400) throw errorOf(answer, content, attempt)
  return new Response(content === undefined ? null : JSON.stringify(withoutTokens(content)), {
    status: answer.status,
    headers: answer.headers,
  })
}

async function readBody(schema: z.ZodObject, request: Request): Promise<Body> {
  const given: unknown = await request.json().catch(() => undefined)
  const parsed = schema.safeParse(given ?? {})
  if (parsed.success) return parsed.data
  throw new AppError('INPUT_INVALID', 'The sign-in cannot use what was sent', {
    complaints: parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), expected: issue.message })),
  })
}

/** The request as the library sees it: our origin (already checked), our idea of the client's address, our fields. */
function forwarded(request: Request, body: Body | undefined, address: string, origin: string): Request {
  const headers = new Headers({ origin, [addressHeader]: address })
  for (const name of ['cookie', 'user-agent']) {
    const value = request.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  if (body) headers.set('content-type', 'application/json')
  return new Request(request.url, {
    method: request.method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
}

async function contentOf(answer: Response): Promise<unknown> {
  const text = await answer.text()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The session's own token stays in its signed cookie, out of reach of scripts. */
function withoutTokens(content: unknown): unknown {
  if (content === null || typeof content !== 'object' || Array.isArray(content)) return content
  const { token: _, session, ...rest } = content as Body
  return session === undefined ? rest : { ...rest, session: withoutTokens(session) }
}

/** The library forgets a provider whose metadata it could not read. Throws SERVER_UNREACHABLE for a configured one. */
function assertProviderKnown({ config }: Part, body: Body | undefined): void {
  const provider = config.access.oidc.find((each) => each.name === body?.['provider'])
  if (!provider) return
  throw new AppError(
    'SERVER_UNREACHABLE',
    `The sign-in provider ${provider.title ?? provider.name} does not answer as one`,
    {
      hint: 'Sign in with a password, or try again later; an admin checks access.oidc.',
    },
  )
}

const codes: Record<number, ErrorCode> = {
  400: 'INPUT_INVALID',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  422: 'INPUT_INVALID',
  429: 'TOO_MANY_REQUESTS',
}

function errorOf(answer: Response, content: unknown, { thrown }: AuthAttempt): AppError {
  const { message } = (content ?? {}) as { message?: unknown }
  const code = codes[answer.status]
  if (code === undefined)
    return toAppError(thrown ?? new Error(`the sign-in library answered ${answer.status}`))
  return new AppError(
    code,
    typeof message === 'string' && message !== '' ? message : 'The sign-in was refused',
  )
}
