import { SaxesParser, type SaxesAttributeNS } from 'saxes'

/**
 * XML as plain values: text stays text, an element with children is an object by local names (a name that repeats is a
 * list), and what is typed `ArrayOf...` is a list of its children. `$type` is the type an element names for itself,
 * `$ref` the kind of object that its text refers to.
 */
export type XmlValue = string | XmlObject | XmlValue[]
export interface XmlObject {
  [name: string]: XmlValue
}

interface Element {
  /** Without its prefix, which differs from server to server. */
  name: string
  type: string | undefined
  reference: string | undefined
  children: [name: string, value: XmlValue][]
  text: string
}

const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance'

/** Snapshots lie in one another, at most 32 deep; what goes deeper was made to break us. */
const deepest = 200

/** Without a prototype: `__proto__` is a name like any other. */
const emptyObject = (): XmlObject => Object.create(null) as XmlObject

const withoutPrefix = (name: string): string => name.slice(name.indexOf(':') + 1)

function toElement(name: string, attributes: Record<string, SaxesAttributeNS>): Element {
  const all = Object.values(attributes)
  const type = all.find((each) => each.local === 'type' && each.uri === schemaInstance)?.value
  const reference = all.find((each) => each.local === 'type' && each.uri === '')?.value
  return {
    name,
    type: type === undefined ? undefined : withoutPrefix(type),
    reference,
    children: [],
    text: '',
  }
}

function toObject({ type, children }: Element): XmlObject {
  const object = emptyObject()
  if (type !== undefined) object['$type'] = type
  for (const [name, value] of children) {
    const before = object[name]
    if (before === undefined) object[name] = value
    else if (Array.isArray(before)) before.push(value)
    else object[name] = [before, value]
  }
  return object
}

/** Types whose values are texts, so that an empty one is an empty text and no object without fields. */
const isTextType = (type: string): boolean => /^[a-z]/.test(type)

function toValue(element: Element): XmlValue {
  const { type, reference, children, text } = element
  if (type?.startsWith('ArrayOf')) return children.map(([, value]) => value)
  if (children.length > 0) return toObject(element)
  if (reference !== undefined) return Object.assign(emptyObject(), { $ref: reference, value: text.trim() })
  return text === '' && type !== undefined && !isTextType(type) ? toObject(element) : text
}

/** The document as an object with its one root element; throws an Error for what is no XML. */
export function parseXml(text: string): XmlObject {
  const document = toElement('', {})
  const open: Element[] = [document]
  const parser = new SaxesParser({ xmlns: true, position: false })
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ local, attributes }) => {
    if (open.length > deepest) throw new Error('elements lie too deep in one another')
    open.push(toElement(local, attributes))
  })
  parser.on('text', (piece) => {
    open.at(-1)!.text += piece
  })
  parser.on('cdata', (piece) => {
    open.at(-1)!.text += piece
  })
  parser.on('closetag', () => {
    const element = open.pop()!
    open.at(-1)!.children.push([element.name, toValue(element)])
  })
  parser.write(text).close()
  return toObject(document)
}
