import { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import type { HttpClient } from '#sources/http-client.ts'
import type { SourceTools } from '#sources/source.ts'
import { createVimClient, type Call, type VimClient } from '#sources/vcenter/client.ts'
import { element, type ManagedObject } from '#sources/vcenter/envelope.ts'
import type { XmlObject } from '#sources/vcenter/parse-xml.ts'
import type { VcenterSettings } from '#sources/vcenter/settings.ts'
import { faultError, SoapFault } from '#sources/vcenter/soap-fault.ts'

const managed = z
  .object({ $ref: z.string(), value: z.string().min(1) })
  .transform(({ $ref, value }): ManagedObject => ({ type: $ref, id: value }))

const serviceContent = z.object({
  rootFolder: managed,
  propertyCollector: managed,
  viewManager: managed,
  sessionManager: managed,
  about: z.object({
    fullName: z.string().default('vSphere'),
    /** `HostAgent` is a host that stands alone. */
    apiType: z.string(),
    apiVersion: z.string().default(''),
    instanceUuid: z
      .string()
      .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)
      .transform((uuid) => uuid.toLowerCase())
      .optional(),
  }),
})
export type ServiceContent = z.output<typeof serviceContent>

/** One login at one server. Its end is a logout, whatever happened: forgotten sessions pile up at the server. */
export interface Session {
  content: ServiceContent
  origin: string
  http: HttpClient
  call(call: Call): Promise<XmlObject>
  /** Signs in once more after the server forgot the session; the second time it is refused. */
  renew(fault: SoapFault, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Goodbyes are short, and said even after an abort. */
const farewellMs = 5_000
const never = new AbortController().signal

async function readContent(client: VimClient, signal: AbortSignal): Promise<ServiceContent> {
  const object = { type: 'ServiceInstance', id: 'ServiceInstance' }
  const answer = await client.call({ method: 'RetrieveServiceContent', object, tries: 3, signal })
  const content = serviceContent.safeParse(answer['returnval'])
  if (content.success && (content.data.about.apiType === 'HostAgent' || content.data.about.instanceUuid))
    return content.data
  throw new AppError('SOURCE_ANSWER_INVALID', `${client.origin} does not say what it is as a vCenter does`, {
    hint: 'Check that the address is that of a vCenter or ESXi host.',
  })
}

/** Signs in. Not stopped by an abort: a login whose answer nobody hears would stay open at the server. */
const login = (client: VimClient, { sessionManager }: ServiceContent, settings: VcenterSettings) =>
  client.call({
    method: 'Login',
    object: sessionManager,
    parameters: element('userName', settings.username) + element('password', settings.password),
    signal: never,
  })

const asAppError = (error: unknown, method: string, origin: string): unknown =>
  error instanceof SoapFault ? faultError(error, method, origin) : error

/** Opens a session; it has to be closed. */
export async function openSession(
  settings: VcenterSettings,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<Session> {
  const client = await createVimClient(settings, tools, signal)
  try {
    const content = await readContent(client, signal)
    signal.throwIfAborted()
    await login(client, content, settings)
    return toSession(client, content, settings)
  } catch (error) {
    await client.close()
    signal.throwIfAborted()
    throw asAppError(error, 'Login', client.origin)
  }
}

function toSession(client: VimClient, content: ServiceContent, settings: VcenterSettings): Session {
  const { origin, http, call } = client
  let renewed = false
  return {
    content,
    origin,
    http,
    call,
    async renew(fault, signal) {
      if (renewed) throw faultError(fault, 'a second login', origin)
      renewed = true
      await login(client, content, settings).catch((error: unknown) => {
        throw asAppError(error, 'Login', origin)
      })
      signal.throwIfAborted()
    },
    async close() {
      const farewell = { object: content.sessionManager, timeoutMs: farewellMs, signal: never }
      // A server that is gone has no session of ours either.
      await call({ method: 'Logout', ...farewell }).catch(() => {})
      await client.close()
    },
  }
}
