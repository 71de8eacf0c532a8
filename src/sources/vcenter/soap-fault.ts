import { AppError } from '#kernel/errors.ts'
import type { XmlObject, XmlValue } from '#sources/vcenter/parse-xml.ts'

/** What the server said instead of an answer. */
export class SoapFault extends Error {
  /** `NotAuthenticated`, `InvalidProperty`, `ManagedObjectNotFound` ... */
  readonly type: string
  /** The property that the fault is about, as the server names it. */
  readonly property: string | undefined
  /** The id of the object that the fault is about. */
  readonly object: string | undefined

  constructor(type: string, message: string, property?: string, object?: string) {
    super(message)
    this.type = type
    this.property = property
    this.object = object
  }
}

const isObject = (value: XmlValue | undefined): value is XmlObject =>
  typeof value === 'object' && !Array.isArray(value)

const textOf = (value: XmlValue | undefined): string | undefined =>
  typeof value === 'string' ? value : isObject(value) ? textOf(value['value']) : undefined

/** The fault as an error; `body` is the content of an element Fault. */
export function toFault(body: XmlValue): SoapFault {
  const fault = isObject(body) ? body : {}
  const detail = isObject(fault['detail']) ? fault['detail'] : {}
  const [name = '', value] = Object.entries(detail).find(([key]) => !key.startsWith('$')) ?? []
  const inner = isObject(value) ? value : {}
  const type = textOf(inner['$type']) ?? name.replace(/Fault$/, '')
  return new SoapFault(
    type || 'unknown',
    textOf(fault['faultstring'])?.trim() ?? '',
    textOf(inner['name']),
    textOf(inner['obj'] ?? inner['object']),
  )
}

const hints: Record<string, string> = {
  SOURCE_REJECTED_LOGIN: 'Check user and password; a domain user is written user@domain or DOMAIN\\user.',
  SOURCE_FORBIDDEN: 'Give the login the role Read-only at the top of the inventory, with propagation.',
}

/** The fault as an error for people, when nothing is to be done about it. */
export function faultError(fault: SoapFault, method: string, origin: string): AppError {
  const code =
    fault.type === 'InvalidLogin' || fault.type === 'NotAuthenticated'
      ? 'SOURCE_REJECTED_LOGIN'
      : fault.type === 'NoPermission'
        ? 'SOURCE_FORBIDDEN'
        : 'SOURCE_ANSWER_INVALID'
  const saying = fault.message === '' ? fault.type : `${fault.type}: ${fault.message.slice(0, 200)}`
  const hint = hints[code]
  return new AppError(
    code,
    code === 'SOURCE_REJECTED_LOGIN'
      ? `${origin} refused the login (${saying})`
      : `${origin} answered ${method} with a fault (${saying})`,
    hint === undefined ? {} : { hint },
  )
}
