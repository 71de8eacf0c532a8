/** An object of the server's, by its kind and id. */
export interface ManagedObject {
  type: string
  id: string
}

/** Characters that XML cannot hold, whatever they are written as. */
// oxlint-disable-next-line no-control-regex
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

export const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(unwritable, '')
    .replaceAll(/[&<>"']/g, (character) => escapes[character]!)

export const element = (name: string, text: string): string => `<${name}>${escapeXml(text)}</${name}>`

export const reference = (name: string, { type, id }: ManagedObject): string =>
  `<${name} type="${escapeXml(type)}">${escapeXml(id)}</${name}>`

/** One call of a method of an object, as it is sent; `parameters` is XML already. */
export const envelope = (method: string, object: ManagedObject, parameters: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
  `<soapenv:Body><${method} xmlns="urn:vim25">${reference('_this', object)}${parameters}</${method}></soapenv:Body>` +
  '</soapenv:Envelope>'
