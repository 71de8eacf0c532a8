import { z } from 'zod'

/** What we say about a field with `.meta()`, beside zod's own words. */
export interface FieldMeta {
  /** Never shown: `.meta({ secret: true })`. */
  secret?: boolean
  /** A file or folder; relative ones count from the configuration's folder: `.meta({ path: true })`. */
  path?: boolean
  /** What was expected, for a person, where zod's own words say less. */
  expected?: string
}

interface Wrapped {
  def: { type: string; innerType?: z.ZodType; in?: z.ZodType; out?: z.ZodType }
}

const wrappers = new Set(['optional', 'nullable', 'default', 'prefault', 'readonly', 'catch', 'nonoptional'])

/** The next schema inside a wrapper (optional, default, pipe ...); undefined for a bare one. */
function inside(schema: z.ZodType): z.ZodType | undefined {
  const { def } = schema as unknown as Wrapped
  if (wrappers.has(def.type)) return def.innerType
  // Of a pipe the side that people write: `string -> transform` is a string to them.
  if (def.type === 'pipe') return (def.in as unknown as Wrapped).def.type === 'transform' ? def.out : def.in
  return undefined
}

/** A schema without optional, default and the like around it. */
export function bareSchema(schema: z.ZodType): z.ZodType {
  const inner = inside(schema)
  return inner ? bareSchema(inner) : schema
}

/** Everything said with `.meta()` about a field, at whatever layer it was said. */
export function fieldMeta(schema: z.ZodType): FieldMeta {
  const inner = inside(schema)
  return { ...(inner ? fieldMeta(inner) : {}), ...(schema.meta() as FieldMeta | undefined) }
}

/** The schema of one key or index below another; undefined where there is none. */
export function childSchema(schema: z.ZodType, key: PropertyKey): z.ZodType | undefined {
  const bare = bareSchema(schema)
  if (bare instanceof z.ZodObject) return (bare.shape as Record<PropertyKey, z.ZodType>)[key]
  if (bare instanceof z.ZodArray) return bare.element as z.ZodType
  if (bare instanceof z.ZodRecord) return bare.valueType as z.ZodType
  if (bare instanceof z.ZodUnion) {
    return (bare.options as z.ZodType[])
      .map((option) => childSchema(option, key))
      .find((child) => child !== undefined)
  }
  return undefined
}

/** The schema at a path; undefined where the path leads nowhere. */
export const schemaAt = (schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined =>
  path.reduce<z.ZodType | undefined>((at, key) => at && childSchema(at, key), schema)

/** The keys an object's schema knows; none for anything else. */
export function knownKeys(schema: z.ZodType | undefined): string[] {
  const bare = schema && bareSchema(schema)
  return bare instanceof z.ZodObject ? Object.keys(bare.shape) : []
}

/** A copy of a value in which each leaf that has a schema went through `change`. */
export function mapFields(
  schema: z.ZodType,
  value: unknown,
  change: (value: unknown, meta: FieldMeta) => unknown,
): unknown {
  const meta = fieldMeta(schema)
  if (meta.secret) return change(value, meta)
  if (Array.isArray(value)) {
    const element = childSchema(schema, 0)
    return element ? value.map((item) => mapFields(element, item, change)) : value
  }
  if (value === null || typeof value !== 'object') return change(value, meta)
  const entries = Object.entries(value).map(([key, item]) => {
    const child = childSchema(schema, key)
    return [key, child ? mapFields(child, item, change) : item]
  })
  return Object.fromEntries(entries)
}

export const redacted = '[redacted]'

/** Hides the password inside a URL: `postgres://user:secret@host/db`. */
export const withoutUrlPassword = (text: string): string =>
  text.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/@\s:]*):[^@/\s]*@/i, `$1:${redacted}@`)

/** A copy of settings fit to be shown: fields marked secret and passwords inside URLs are hidden. */
export const redactFields = (schema: z.ZodType, value: unknown): unknown =>
  mapFields(schema, value, (item, meta) => {
    if (meta.secret) return item === undefined || item === '' ? item : redacted
    return typeof item === 'string' ? withoutUrlPassword(item) : item
  })

/** Text from the environment as the type its schema asks for; text it cannot read stays text, for zod to refuse. */
export function fromText(schema: z.ZodType | undefined, text: string): unknown {
  const bare = schema && bareSchema(schema)
  if (bare instanceof z.ZodNumber)
    return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
  if (bare instanceof z.ZodBoolean)
    return (
      ({ true: true, false: false, yes: true, no: false, '1': true, '0': false } as Record<string, boolean>)[
        text.trim().toLowerCase()
      ] ?? text
    )
  if (bare instanceof z.ZodArray)
    return text.trim().startsWith('[')
      ? jsonOr(text)
      : text
          .split(',')
          .map((part) => part.trim())
          .filter(Boolean)
  if (bare instanceof z.ZodObject || bare instanceof z.ZodRecord) return jsonOr(text)
  return text
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
