import { z } from 'zod'

/** The part of JSON Schema that inputs use. */
export interface FieldSchema {
  type?: string | string[]
  enum?: unknown[]
  const?: string | number | boolean | null
  items?: FieldSchema
  anyOf?: FieldSchema[]
  oneOf?: FieldSchema[]
  allOf?: FieldSchema[]
  $ref?: string
  $defs?: Record<string, FieldSchema>
  properties?: Record<string, FieldSchema>
  required?: string[]
  additionalProperties?: unknown
  description?: string
  default?: unknown
  secret?: boolean
  /** `.meta({ audit: true })`: the trail may tell this text; false: it must not. */
  audit?: boolean
  expected?: string
}

/** One field of an operation's input, as every surface sees it. */
export interface InputField {
  name: string
  required: boolean
  /** With references resolved one level deep. */
  schema: FieldSchema
  description: string | undefined
  /** Marked with `.meta({ secret: true })`: never echoed. */
  secret: boolean
}

export type Kind = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'array' | 'object'

const known = new WeakMap<z.ZodObject, readonly InputField[]>()

/** The fields of an input, in the order they were declared. */
export function inputFields(input: z.ZodObject): readonly InputField[] {
  let fields = known.get(input)
  if (!fields) {
    fields = readFields(input)
    known.set(input, fields)
  }
  return fields
}

function readFields(input: z.ZodObject): InputField[] {
  const root = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as FieldSchema
  return Object.entries(root.properties ?? {}).map(([name, given]) => {
    const schema = resolve(given, root)
    return {
      name,
      required: root.required?.includes(name) ?? false,
      schema,
      description: schema.description,
      secret: schema.secret === true,
    }
  })
}

/** Follows references, so that kinds can be read without the root at hand. */
function resolve(schema: FieldSchema, root: FieldSchema, depth = 0): FieldSchema {
  if (depth > 4) return schema
  const deeper = (each: FieldSchema) => resolve(each, root, depth + 1)
  if (schema.$ref) {
    const target = root.$defs?.[schema.$ref.replace('#/$defs/', '')] ?? {}
    const { $ref: _, ...rest } = schema
    return { ...deeper(target), ...rest }
  }
  return {
    ...schema,
    ...(schema.items ? { items: deeper(schema.items) } : {}),
    ...(schema.anyOf ? { anyOf: schema.anyOf.map(deeper) } : {}),
    ...(schema.oneOf ? { oneOf: schema.oneOf.map(deeper) } : {}),
    ...(schema.allOf ? { allOf: schema.allOf.map(deeper) } : {}),
  }
}

/** Every kind of value the schema may take; empty means any. */
export function kindsOf(schema: FieldSchema): ReadonlySet<Kind> {
  const kinds = new Set<Kind>([schema.type ?? []].flat() as Kind[])
  if (schema.const !== undefined) kinds.add(schema.const === null ? 'null' : (typeof schema.const as Kind))
  for (const part of [schema.anyOf, schema.oneOf, schema.allOf].flatMap((parts) => parts ?? [])) {
    for (const kind of kindsOf(part)) kinds.add(kind)
  }
  return kinds
}

/** The words a field may take, of itself or of its members; undefined when it is free. */
export function choicesOf(schema: FieldSchema): string[] | undefined {
  if (schema.enum) return schema.enum.map(String)
  if (schema.items) return choicesOf(schema.items)
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter((part) => part.type !== 'null')
  if (parts.length === 0) return undefined
  const words = parts.map((part) => (part.const === undefined ? choicesOf(part) : [String(part.const)]))
  return words.every((each) => each !== undefined) ? words.flat() : undefined
}

/** The schema of a list's members, also where the list is optional or nullable. */
export function itemsOf(schema: FieldSchema): FieldSchema | undefined {
  return schema.items ?? [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].find((part) => part.items)?.items
}

/** True when the field takes any JSON. */
export function isFree(schema: FieldSchema): boolean {
  const kinds = kindsOf(schema)
  return kinds.size === 0 || (kinds.has('object') && kinds.has('string') && kinds.has('boolean'))
}

/** True when the field takes a list and nothing else but null. */
export function isList(schema: FieldSchema): boolean {
  const kinds = kindsOf(schema)
  return kinds.has('array') && [...kinds].every((kind) => kind === 'array' || kind === 'null')
}
