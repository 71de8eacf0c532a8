import { AppError } from '#kernel/errors.ts'
import { clientSettings, createHttpClient, type HttpAnswer, type HttpClient } from '#sources/http-client.ts'
import { createRedactor } from '#sources/http-redaction.ts'
import type { SourceTools } from '#sources/source.ts'
import { envelope, type ManagedObject } from '#sources/vcenter/envelope.ts'
import { parseXml, type XmlObject, type XmlValue } from '#sources/vcenter/parse-xml.ts'
import type { VcenterSettings } from '#sources/vcenter/settings.ts'
import { SoapFault, toFault } from '#sources/vcenter/soap-fault.ts'

/** One call of a method of an object of the server. */
export interface Call {
  method: string
  object: ManagedObject
  /** XML of the parameters, in the order that the method's description gives them. */
  parameters?: string
  /** How often in all; only what may be asked twice without harm is given more than one. */
  tries?: number
  timeoutMs?: number
  signal: AbortSignal
}

/** Speaks vSphere's SOAP to one server, and keeps its cookies. */
export interface VimClient {
  origin: string
  /** The element that answers the method, or SoapFault. */
  call(call: Call): Promise<XmlObject>
  /** For what SOAP does not have: the same server, below its root. */
  http: HttpClient
  close(): Promise<void>
}

/** Every release since 6.5 understands it; used where the server does not list its versions. */
const fallbackVersion = '6.5'

const baseOf = (url: string): string => url.replace(/\/+$/, '').replace(/\/sdk$/, '')

/** Name and value of every cookie that an answer sets; several stand in one header, and dates hold commas too. */
function keepCookies(cookies: Map<string, string>, header: string | undefined): void {
  for (const [, name, value] of (header ?? '').matchAll(/(?:^|, )([^;=,\s]+)=([^;]*)/g)) {
    if (name !== undefined && value !== undefined) cookies.set(name, value)
  }
}

const isObject = (value: XmlValue | undefined): value is XmlObject =>
  typeof value === 'object' && !Array.isArray(value)

const childOf = (value: XmlValue | undefined, name: string): XmlValue | undefined =>
  isObject(value) ? value[name] : undefined

function noSoap(origin: string, { status }: HttpAnswer<string>, cause?: unknown): AppError {
  return new AppError('SOURCE_ANSWER_INVALID', `${origin} answered ${status} without vSphere's SOAP`, {
    hint: 'Check that the address is that of a vCenter or ESXi host, and that no sign-in page or proxy stands before it.',
    cause,
  })
}

function bodyOf(origin: string, answer: HttpAnswer<string>): XmlValue | undefined {
  try {
    return childOf(childOf(parseXml(answer.body), 'Envelope'), 'Body')
  } catch (cause) {
    throw noSoap(origin, answer, cause)
  }
}

/** The newest version of the interface that the server has: asked in an older one, it hides newer fields. */
async function newestVersion(http: HttpClient, signal: AbortSignal): Promise<string> {
  const expect = [400, 401, 403, 404, 405, 406, 500, 501]
  const answer = await http.text('GET', '/sdk/vimServiceVersions.xml', { expect, signal })
  try {
    const told = childOf(childOf(parseXml(answer.body), 'namespaces'), 'namespace')
    const spaces = Array.isArray(told) ? told : [told]
    const version = childOf(
      spaces.find((space) => childOf(space, 'name') === 'urn:vim25'),
      'version',
    )
    return typeof version === 'string' && /^\d[\w.]{0,30}$/.test(version) ? version : fallbackVersion
  } catch {
    return fallbackVersion
  }
}

/** Opens a client; it holds connections until it is closed. */
export async function createVimClient(
  settings: VcenterSettings,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<VimClient> {
  const secrets = [settings.password]
  const http = createHttpClient(
    { ...clientSettings(settings), baseUrl: baseOf(settings.url), secrets, connections: 2 },
    tools,
  )
  const { origin } = new URL(settings.url)
  const redactor = createRedactor(new Set(secrets))
  const cookies = new Map<string, string>()
  const version = await newestVersion(http, signal).catch(async (error: unknown) => {
    await http.close()
    throw error
  })

  async function call({ method, object, parameters = '', ...request }: Call): Promise<XmlObject> {
    const answer = await http.text('POST', '/sdk', {
      body: envelope(method, object, parameters),
      headers: {
        'content-type': 'text/xml; charset=utf-8',
        soapaction: `"urn:vim25/${version}"`,
        ...(cookies.size === 0
          ? {}
          : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
      },
      // Faults come with it.
      expect: [500],
      repeatable: (request.tries ?? 1) > 1,
      ...request,
    })
    keepCookies(cookies, answer.headers['set-cookie'])
    const body = bodyOf(origin, answer)
    const fault = childOf(body, 'Fault')
    if (fault !== undefined) {
      const { type, message, ...about } = toFault(fault)
      throw new SoapFault(type, redactor.text(message), about.property, about.object)
    }
    const response = childOf(body, `${method}Response`)
    if (response === undefined) throw noSoap(origin, answer)
    return isObject(response) ? response : {}
  }

  return { origin, call, http, close: () => http.close() }
}
