import { XMLParser } from 'fast-xml-parser'
import { escapeText } from '#test/fakes/vim-xml.ts'

/** A fault's type and what stands in its detail. */
export interface Fault {
  type: string
  detail?: string
  message?: string
}

export class SoapRefusal extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.type)
    this.fault = fault
  }
}

export const envelope = (body: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  '<soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
  `<soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`

export const faultBody = ({ type, detail = '', message = '' }: Fault): string =>
  `<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>${escapeText(message)}</faultstring>` +
  `<detail><${type}Fault xmlns="urn:vim25" xsi:type="${type}">${detail}</${type}Fault></detail></soapenv:Fault>`

export const notAuthenticated = (): SoapRefusal =>
  new SoapRefusal({
    type: 'NotAuthenticated',
    message: 'The session is not authenticated.',
    detail: '<object type="Folder">group-d1</object><privilegeId>System.View</privilegeId>',
  })

export const asList = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

export interface Reference {
  '#text': string
  '@type': string
}
interface Specification {
  propSet: { type: string; pathSet?: string | string[] } | { type: string; pathSet?: string | string[] }[]
  objectSet: { obj: Reference } | { obj: Reference }[]
}
export interface Parameters {
  userName?: string
  password?: string
  token?: string
  specSet?: Specification | Specification[]
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
})

export function parseCall(text: string): { method: string; parameters: Parameters } {
  const { Envelope } = parser.parse(text) as { Envelope: { Body: Record<string, Parameters> } }
  const [method, parameters] = Object.entries(Envelope.Body).find(([name]) => !name.startsWith('@'))!
  return { method, parameters }
}
