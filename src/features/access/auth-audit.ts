import { writeAudit } from '#features/access/audit.ts'
import type { AuthAttempt } from '#features/access/auth-attempt.ts'
import type { AuthRoute } from '#features/access/auth-routes.ts'
import { purgeAccess } from '#features/access/session-queries.ts'
import type { AuditEntry, Context } from '#features/context.ts'
import type { Actor } from '#model/actor.ts'

/** What is known of a request after the sign-in library answered it. */
export interface AnsweredRequest {
  route: AuthRoute
  attempt: AuthAttempt
  answer: Response
  content: unknown
  /** The address that was typed, or that of the session. */
  email: string | undefined
  /** Whose session the request came with. */
  actor: Actor | undefined
}

type Part = Pick<Context, 'db' | 'clock'>

/** Writes what happened to the trail: sign-ins that worked and that didn't, sign-outs, changes of password and second factor. */
export async function auditAnswer({ db, clock }: Part, request: AnsweredRequest): Promise<void> {
  const entries = hasFailed(request) ? failure(request) : success(request)
  for (const entry of entries) await writeAudit(db, clock, entry)
  if (entries.some((entry) => entry.operation === 'session.create')) await purgeAccess(db, clock.now())
}

/** The callback of a provider answers a failure with a redirect that names the error. */
const hasFailed = ({ answer }: AnsweredRequest): boolean =>
  answer.status >= 400 || /[?&]error=/.test(answer.headers.get('location') ?? '')

function failure({ route, attempt, answer, content, email, actor }: AnsweredRequest): AuditEntry[] {
  if (!route.proof && !(route.guess && actor)) return []
  const { message } = (content ?? {}) as { message?: unknown }
  const error = new URL(answer.headers.get('location') ?? '/', 'http://localhost').searchParams.get('error')
  return [
    {
      actor: actor?.name ?? 'anonymous',
      operation: 'session.create',
      subject: email === undefined ? undefined : `user:${email.toLowerCase()}`,
      message: route.proof ? 'A sign-in failed' : 'A wrong password was given to change the sign-in',
      level: 'WARNING',
      eventType: 'sign_in',
      details: {
        address: attempt.address,
        method: methodOf(route, attempt),
        reason: attempt.refused ?? error ?? (typeof message === 'string' ? message : String(answer.status)),
      },
    },
  ]
}

function success({ route, attempt, content, actor, answer }: AnsweredRequest): AuditEntry[] {
  const name = attempt.signedIn?.email ?? actor?.name ?? 'anonymous'
  const entry = (
    operation: string,
    message: string,
    eventType: 'sign_in' | 'access',
    details = {},
  ): AuditEntry => ({
    actor: name,
    operation,
    subject: `user:${name}`,
    message,
    eventType,
    details: { address: attempt.address, ...details },
  })
  const entries: AuditEntry[] = []
  if (attempt.registered) {
    const { email, role } = attempt.registered
    entries.push(
      entry('user.create', `${email} came through a sign-in provider for the first time`, 'access', { role }),
    )
  }
  if (attempt.roleChanged)
    entries.push(
      entry('user.edit', `The sign-in provider changed the role of ${name}`, 'access', attempt.roleChanged),
    )
  if (attempt.twoFactor !== undefined) {
    entries.push(
      entry(
        'session.two_factor',
        `${name} switched the second factor ${attempt.twoFactor ? 'on' : 'off'}`,
        'access',
      ),
    )
  } else if (route.proof && attempt.signedIn && !isHalfWay(content)) {
    entries.push(
      entry('session.create', `${name} signed in`, 'sign_in', { method: methodOf(route, attempt) }),
    )
  }
  if (route.audit && actor) entries.push(entry('session.password', `${name} ${route.audit}`, 'access'))
  if (route.ends && actor && answer.ok) entries.push(entry('session.delete', `${name} signed out`, 'sign_in'))
  return entries
}

/** The password was right and the second factor is still to come. */
const isHalfWay = (content: unknown): boolean =>
  (content as { twoFactorRedirect?: unknown } | undefined)?.twoFactorRedirect === true

const methodOf = (route: AuthRoute, { claims }: AuthAttempt): string =>
  route.proof === 'oidc' ? `oidc:${claims?.provider ?? 'unknown'}` : (route.proof ?? 'password')
