import { clientSettings, createHttpClient, type HttpAnswer } from '#sources/http-client.ts'
import { failure } from '#sources/ontap/answers.ts'
import type { OntapSettings } from '#sources/ontap/settings.ts'
import type { SourceTools } from '#sources/source.ts'

/** What became of a question. */
export type Answer =
  | { is: 'data'; body: unknown }
  /** The role of the user does not allow it. */
  | { is: 'forbidden'; reason: string }
  /** This release, or this cluster, has nothing of the kind. */
  | { is: 'absent' }
  /** It names a field that this release does not know. */
  | { is: 'unknownField' }
  | { is: 'failed'; reason: string }

/** Asks the REST interface of one cluster. */
export interface OntapClient {
  get(path: string, query: Record<string, string | number>): Promise<Answer>
  /** Follows a link that the cluster gave, as it is; undefined for one that leads elsewhere. */
  follow(href: string): Promise<Answer | undefined>
  close(): Promise<void>
}

const expected = [400, 403, 404, 405, 500, 501]

/** Error codes, in text. */
const absentCodes = new Set(['3'])
const forbiddenCode = '6'
const unknownFields = new Set(['262197', '262179'])

const oneLine = (text: string): string =>
  text
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .trim()
    .slice(0, 160)

function judge({ status, statusText, body }: HttpAnswer<unknown>): Answer {
  if (status < 300) return { is: 'data', body }
  const parsed = failure.safeParse(body).data?.error
  const code = parsed?.code ?? ''
  const reason = oneLine(`${code === '' ? status : code}: ${parsed?.message ?? statusText}`)
  if (status === 403 || code === forbiddenCode) return { is: 'forbidden', reason }
  if (unknownFields.has(code)) return { is: 'unknownField' }
  // Only the cluster's own word counts: a proxy's 404 tells nothing of what the cluster has.
  if (absentCodes.has(code)) return { is: 'absent' }
  return { is: 'failed', reason }
}

/** Below the address that people know, with or without the part that is the interface's own. */
const baseOf = (url: string): string => url.replace(/\/+$/, '').replace(/\/api$/, '')

export function createOntapClient(
  settings: OntapSettings,
  tools: SourceTools,
  signal: AbortSignal,
): OntapClient {
  const { username, password } = settings
  const base = baseOf(settings.url)
  const basic =
    username === undefined || password === undefined
      ? undefined
      : `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const http = createHttpClient(
    {
      ...clientSettings(settings),
      baseUrl: base,
      // Links come with this type alone; the cluster has few places for requests at the same time.
      headers: { accept: 'application/hal+json', ...(basic === undefined ? {} : { authorization: basic }) },
      secrets: password === undefined ? [] : [password],
      connections: 2,
    },
    tools,
  )
  const get = async (path: string, query: Record<string, string | number>): Promise<Answer> =>
    judge(await http.json('GET', path, { query, expect: expected, signal }))
  return {
    get: (path, query) => get(`/api${path}`, query),
    async follow(href) {
      const target = URL.parse(href, base)
      const own = new URL(base)
      // A replay has another address than the recording, and a cluster may know itself by another name.
      if (!target || (target.origin !== own.origin && /^[a-z]+:/i.test(href))) return undefined
      if (!target.pathname.startsWith('/api/')) return undefined
      return get(target.pathname + target.search, {})
    },
    close: () => http.close(),
  }
}
