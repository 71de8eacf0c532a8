const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
export const escapeText = (text: string): string => text.replaceAll(/[&<>]/g, (each) => entities[each]!)

/** An object of vSphere: its properties by their paths, each as the XML of its value. */
export interface FakeObject {
  type: string
  id: string
  properties: Record<string, string>
}

export const string = (text: string): string => `<val xsi:type="xsd:string">${escapeText(text)}</val>`
export const boolean = (value: boolean): string => `<val xsi:type="xsd:boolean">${value}</val>`
/** A value of a type of its own: an enumeration's text, or the XML of its fields. */
export const typed = (type: string, content: string): string => `<val xsi:type="${type}">${content}</val>`
export const reference = (type: string, id: string): string =>
  `<val type="${type}" xsi:type="ManagedObjectReference">${escapeText(id)}</val>`

export const references = (type: string, ids: readonly string[]): string =>
  typed(
    'ArrayOfManagedObjectReference',
    ids
      .map(
        (id) =>
          `<ManagedObjectReference type="${type}" xsi:type="ManagedObjectReference">${escapeText(id)}</ManagedObjectReference>`,
      )
      .join(''),
  )

/** XML of fields by their names; lists repeat, what is undefined is left out, and `ref:TYPE id` is a reference. */
export function fields(all: Record<string, unknown>): string {
  return Object.entries(all)
    .flatMap(([name, value]) =>
      Array.isArray(value) ? value.map((each: unknown) => [name, each] as const) : [[name, value] as const],
    )
    .map(([name, value]) => field(name, value))
    .join('')
}

function field(name: string, value: unknown): string {
  if (value === undefined) return ''
  if (value !== null && typeof value === 'object') {
    const { $type, ...rest } = value as Record<string, unknown>
    const type = typeof $type === 'string' ? ` xsi:type="${$type}"` : ''
    return `<${name}${type}>${fields(rest)}</${name}>`
  }
  const text = String(value as string | number | boolean)
  const [, type, id] = /^ref:(\w+) (.*)$/.exec(text) ?? []
  return type === undefined
    ? `<${name}>${escapeText(text)}</${name}>`
    : `<${name} type="${type}">${escapeText(id!)}</${name}>`
}
