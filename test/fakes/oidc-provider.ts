import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock, toMilliseconds } from '#kernel/clock.ts'

/** Who is signed in at the provider, and how the provider misbehaves. */
export interface Persona {
  claims: Record<string, unknown>
  /** Changes what the id_token says just before it is signed. */
  forge?: ((claims: Record<string, unknown>) => Record<string, unknown>) | undefined
  /** Signs with a key that the provider never published. */
  strangeKey?: boolean | undefined
  /** Tells nobody where its keys are, so that no id_token can be verified. */
  hidesKeys?: boolean | undefined
  /** Says no, as when a person presses Cancel. */
  denies?: boolean | undefined
}

/** A small OpenID Connect provider: discovery, authorization code with PKCE (S256 only), RS256 id_tokens, JWKS. */
export interface OidcProvider {
  issuer: string
  clientId: string
  clientSecret: string
  persona: Persona
  /** What was asked of the token endpoint, newest last. */
  exchanges: { grant: URLSearchParams; status: number }[]
  close(): Promise<void>
}

interface Grant {
  challenge: string
  nonce: string | null
  redirectUri: string
}

/** Starts a provider on a free port, or on the port of one that was stopped. */
export async function startOidcProvider(persona: Persona, port = 0): Promise<OidcProvider> {
  const published = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const strange = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const grants = new Map<string, Grant>()
  const server = createServer((request, response) => void answer(request, response))
  const provider: OidcProvider = {
    issuer: '',
    clientId: 'rollcall',
    clientSecret: 'provider-secret-0123456789',
    persona,
    exchanges: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  const routes: Record<string, (url: URL, body: string, request: IncomingMessage) => Answer> = {
    '/.well-known/openid-configuration': () => json(200, discovery(provider)),
    '/jwks': () => json(200, { keys: [publicJwk(published.publicKey)] }),
    '/authorize': (url) => authorize(provider, grants, url),
    '/token': (_url, body, request) => {
      const grant = new URLSearchParams(body)
      const key = provider.persona.strangeKey ? strange.privateKey : published.privateKey
      const given = exchange(provider, grants, grant, request, key)
      provider.exchanges.push({ grant, status: given.status })
      return given
    },
  }
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', provider.issuer)
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { status, headers, text } = routes[url.pathname]?.(url, body, request) ?? json(404, {})
    response.writeHead(status, headers).end(text)
  }
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  provider.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return provider
}

interface Answer {
  status: number
  headers: Record<string, string>
  text: string
}

const json = (status: number, value: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  text: JSON.stringify(value),
})

const discovery = ({ issuer, persona }: OidcProvider) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  ...(persona.hidesKeys ? {} : { jwks_uri: `${issuer}/jwks` }),
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  code_challenge_methods_supported: ['S256'],
})

const publicJwk = (key: KeyObject) => ({
  ...key.export({ format: 'jwk' }),
  kid: 'one',
  alg: 'RS256',
  use: 'sig',
})

function authorize({ clientId, persona }: OidcProvider, grants: Map<string, Grant>, url: URL): Answer {
  const asked = url.searchParams
  const redirectUri = asked.get('redirect_uri') ?? ''
  const challenge = asked.get('code_challenge') ?? ''
  if (asked.get('client_id') !== clientId || !URL.canParse(redirectUri))
    return json(400, { error: 'invalid_client' })
  if (asked.get('code_challenge_method') !== 'S256' || !challenge)
    return json(400, { error: 'pkce_required' })
  const back = new URL(redirectUri)
  back.searchParams.set('state', asked.get('state') ?? '')
  if (persona.denies) {
    back.searchParams.set('error', 'access_denied')
  } else {
    const code = randomBytes(16).toString('hex')
    grants.set(code, { challenge, nonce: asked.get('nonce'), redirectUri })
    back.searchParams.set('code', code)
  }
  return { status: 302, headers: { location: back.href }, text: '' }
}

function exchange(
  provider: OidcProvider,
  grants: Map<string, Grant>,
  asked: URLSearchParams,
  request: IncomingMessage,
  key: KeyObject,
): Answer {
  const code = asked.get('code') ?? ''
  const grant = grants.get(code)
  grants.delete(code)
  if (!isClient(provider, asked, request)) return json(401, { error: 'invalid_client' })
  const proof = createHash('sha256')
    .update(asked.get('code_verifier') ?? '')
    .digest('base64url')
  if (!grant || proof !== grant.challenge || asked.get('redirect_uri') !== grant.redirectUri) {
    return json(400, { error: 'invalid_grant' })
  }
  const now = Math.floor(toMilliseconds(systemClock.now()) / 1000)
  const claims = {
    iss: provider.issuer,
    aud: provider.clientId,
    iat: now,
    exp: now + 300,
    ...(grant.nonce === null ? {} : { nonce: grant.nonce }),
    ...provider.persona.claims,
  }
  return json(200, {
    access_token: `access-${randomBytes(16).toString('hex')}`,
    refresh_token: `refresh-${randomBytes(16).toString('hex')}`,
    token_type: 'Bearer',
    expires_in: 300,
    id_token: signed(provider.persona.forge?.(claims) ?? claims, key),
  })
}

function isClient(
  { clientId, clientSecret }: OidcProvider,
  asked: URLSearchParams,
  request: IncomingMessage,
): boolean {
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
  if (request.headers.authorization !== undefined) return request.headers.authorization === basic
  return asked.get('client_id') === clientId && asked.get('client_secret') === clientSecret
}

function signed(claims: object, key: KeyObject): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid: 'one' })}.${part(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}
