import { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import { mapBounded } from '#kernel/map-bounded.ts'
import type { HttpClient } from '#sources/http-client.ts'
import type { ManagedObject } from '#sources/vcenter/envelope.ts'
import type { VcenterSettings } from '#sources/vcenter/settings.ts'

/** The tags of objects, which SOAP does not have. */
export interface Tags {
  /** `category:name` of each object that has any, sorted. */
  of(objects: readonly ManagedObject[], signal: AbortSignal): Promise<ReadonlyMap<string, string[]>>
  close(): Promise<void>
}

/** Since release 7 answers come bare below /api; before, in an envelope below /rest. */
interface Dialect {
  session: string
  attached: readonly [path: string, query: Record<string, string>]
  tag: (id: string) => string
  category: (id: string) => string
  open: (body: unknown) => unknown
}

const inEnvelope = (body: unknown): unknown => (body as { value?: unknown } | undefined)?.value
const listAttached = 'list-attached-tags-on-objects'

const dialects: readonly Dialect[] = [
  {
    session: '/api/session',
    attached: ['/api/cis/tagging/tag-association', { action: listAttached }],
    tag: (id) => `/api/cis/tagging/tag/${encodeURIComponent(id)}`,
    category: (id) => `/api/cis/tagging/category/${encodeURIComponent(id)}`,
    open: (body) => body,
  },
  {
    session: '/rest/com/vmware/cis/session',
    attached: ['/rest/com/vmware/cis/tagging/tag-association', { '~action': listAttached }],
    tag: (id) => `/rest/com/vmware/cis/tagging/tag/id:${encodeURIComponent(id)}`,
    category: (id) => `/rest/com/vmware/cis/tagging/category/id:${encodeURIComponent(id)}`,
    open: inEnvelope,
  },
]

const tagShape = z.object({ name: z.string(), category_id: z.string() })
const categoryShape = z.object({ name: z.string() })
/** Some servers write null for an empty list. */
const listOf = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .array(schema)
    .nullish()
    .transform((list) => list ?? [])
const attachedShape = listOf(
  z.object({ object_id: z.object({ id: z.string() }), tag_ids: listOf(z.string()) }),
)

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new AppError('SOURCE_ANSWER_INVALID', `vCenter told ${what} in a shape that is not its own`)
}

const farewellMs = 5_000
const never = new AbortController().signal

/** The answers that say, now and next time, that there is no such thing here, or not for this login. */
const notHere = [400, 404, 405, 406, 501]
const notAllowed = [401, 403]

async function signIn(
  http: HttpClient,
  { username, password }: VcenterSettings,
  dialect: Dialect,
  signal: AbortSignal,
): Promise<{ status: number; session?: string }> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const answer = await http.json('POST', dialect.session, {
    headers: { authorization },
    expect: [...notHere, ...notAllowed],
    secretAnswer: true,
    signal,
  })
  if (answer.status >= 300) return { status: answer.status }
  return { status: answer.status, session: parse(z.string().min(1), dialect.open(answer.body), 'a session') }
}

/** Opens the tags, or says in a clause why there are none. Failures that may pass are thrown: tags do not come and go. */
export async function openTags(
  http: HttpClient,
  settings: VcenterSettings,
  signal: AbortSignal,
): Promise<Tags | string> {
  for (const dialect of dialects) {
    const { status, session } = await signIn(http, settings, dialect, signal)
    if (session !== undefined) return createTags(http, dialect, session)
    if (notAllowed.includes(status)) return `the login may not use the interface that has them (${status})`
  }
  return 'this server has no interface for them'
}

function createTags(http: HttpClient, dialect: Dialect, session: string): Tags {
  const headers = { 'vmware-api-session-id': session }
  const names = new Map<string, string>()
  const categories = new Map<string, string>()
  const get = async <Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.output<Schema> | undefined> => {
    const { status, body } = await http.json('GET', path, { headers, expect: [404], signal })
    return status === 404 ? undefined : parse(schema, dialect.open(body), 'a tag')
  }

  async function learn(id: string, signal: AbortSignal): Promise<void> {
    // Deleted since it was listed: no tag any more.
    const tag = await get(dialect.tag(id), tagShape, signal)
    if (tag === undefined) return
    if (!categories.has(tag.category_id)) {
      const category = await get(dialect.category(tag.category_id), categoryShape, signal)
      categories.set(tag.category_id, category?.name ?? '')
    }
    const category = categories.get(tag.category_id)!
    names.set(id, category === '' ? tag.name : `${category}:${tag.name}`)
  }

  return {
    async of(objects, signal) {
      const [path, query] = dialect.attached
      const { body } = await http.json('POST', path, {
        query,
        headers,
        body: { object_ids: objects.map(({ type, id }) => ({ type, id })) },
        repeatable: true,
        signal,
      })
      const attached = parse(attachedShape, dialect.open(body), 'the tags of objects')
      const unknown = [...new Set(attached.flatMap(({ tag_ids: ids }) => ids))].filter((id) => !names.has(id))
      await mapBounded(unknown, 2, (id) => learn(id, signal))
      return new Map(
        attached.map(({ object_id: object, tag_ids: ids }) => [
          object.id,
          ids.flatMap((id) => names.get(id) ?? []).toSorted(),
        ]),
      )
    },
    async close() {
      const farewell = { headers, timeoutMs: farewellMs, signal: never }
      await http.json('DELETE', dialect.session, farewell).catch(() => {})
    },
  }
}
