import { z } from 'zod'

type Schema = Record<string, unknown>

/**
 * Turns zod schemas into JSON Schema for one document: named and recursive parts move to
 * components/schemas, because a reference inside an OpenAPI document starts at its root.
 */
export class SchemaCollector {
  readonly components: Record<string, Schema> = {}
  /** The parts as zod gave them, to know the same part again. */
  readonly #texts = new Map<string, string>()

  /** `io`: what may be sent (input) or what comes back (output). `owner` names parts that have no name. */
  schemaOf(schema: z.ZodType, io: 'input' | 'output', owner: string): Schema {
    const { $schema: _, $defs, ...root } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Schema
    const names = new Map<string, string>()
    for (const [name, part] of Object.entries(($defs as Record<string, Schema>) ?? {})) {
      names.set(`#/$defs/${name}`, this.#nameFor(name, part, io, owner))
    }
    if (JSON.stringify(root).includes('"$ref":"#"')) {
      const name = cleaned(`${owner}.${io}`)
      names.set('#', name)
    }
    for (const [name, part] of Object.entries(($defs as Record<string, Schema>) ?? {})) {
      this.components[names.get(`#/$defs/${name}`)!] = pointed(part, names, io) as Schema
    }
    const whole = pointed(root, names, io) as Schema
    if (!names.has('#')) return whole
    this.components[names.get('#')!] = whole
    return { $ref: `#/components/schemas/${names.get('#')}` }
  }

  #nameFor(name: string, part: Schema, io: 'input' | 'output', owner: string): string {
    const wanted = cleaned(name.startsWith('__') ? `${owner}.${io}.${name.slice(2)}` : name)
    const text = JSON.stringify(part)
    const there = this.#texts.get(wanted)
    if (there === undefined || there === text) {
      this.#texts.set(wanted, text)
      return wanted
    }
    return cleaned(`${owner}.${io}.${name}`)
  }
}

const cleaned = (name: string): string => name.replaceAll(/[^A-Za-z0-9._-]/g, '_')

/** A copy whose references point into components/schemas and which has no marks of our own. */
function pointed(value: unknown, names: ReadonlyMap<string, string>, io: 'input' | 'output'): unknown {
  if (Array.isArray(value)) return value.map((each) => pointed(each, names, io))
  if (value === null || typeof value !== 'object') return value
  const copy: Schema = {}
  for (const [key, each] of Object.entries(value)) {
    if (key === '$ref' && typeof each === 'string' && names.has(each)) {
      copy[key] = `#/components/schemas/${names.get(each)}`
    } else if (key === 'secret' && each === true) {
      if (io === 'input') copy.writeOnly = true
    } else if (key !== 'id' || typeof each !== 'string') {
      copy[key] = pointed(each, names, io)
    }
  }
  return copy
}
