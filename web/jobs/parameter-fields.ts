import { labelOf } from '../sources/setting-fields.ts'

/** The part of JSON Schema that parameters of actions use. */
export interface ParameterSchema {
  type?: string
  title?: string
  description?: string
  enum?: readonly unknown[]
  anyOf?: readonly ParameterSchema[]
  items?: ParameterSchema
  properties?: Readonly<Record<string, ParameterSchema>>
  additionalProperties?: boolean | ParameterSchema
  required?: readonly string[]
  maxLength?: number
}

/** One input of the form of an action. */
export interface ParameterField {
  name: string
  label: string
  help: string | undefined
  required: boolean
  kind:
    | 'text'
    | 'lines'
    | 'number'
    | 'boolean'
    | 'choice'
    | 'choices'
    | 'list'
    | 'tags'
    | 'query'
    | 'json'
    /** Fields of which some are given. */
    | 'group'
    /** Names and values of one's own. */
    | 'pairs'
  options: readonly string[]
  /** Whether null means something: take back what was entered. */
  nullable: boolean
  fields: readonly ParameterField[]
}

const longText = 1_000

/** Names that say too little by themselves. */
const labels: Readonly<Record<string, string>> = {
  set: 'Fields to set',
  columns: 'Columns to enter',
  empty: 'Empty cells',
  q: 'Which devices',
}

/** What is left of a choice when null is one. */
function withoutNull(schema: ParameterSchema): { schema: ParameterSchema; nullable: boolean } {
  const { anyOf } = schema
  if (anyOf === undefined) return { schema, nullable: false }
  const rest = anyOf.filter(({ type }) => type !== 'null')
  const nullable = rest.length < anyOf.length
  const [only] = rest
  return only !== undefined && rest.length === 1
    ? { schema: { ...schema, ...only }, nullable }
    : { schema, nullable }
}

const isTagList = (name: string, { type }: ParameterSchema): boolean =>
  type === 'array' && (name === 'add' || name === 'remove' || name === 'tags')

function kindOf(name: string, schema: ParameterSchema): ParameterField['kind'] {
  if (schema.enum) return 'choice'
  if (isTagList(name, schema)) return 'tags'
  if (schema.type === 'array') return schema.items?.enum ? 'choices' : 'list'
  if (schema.type === 'boolean') return 'boolean'
  if (schema.type === 'number' || schema.type === 'integer') return 'number'
  if (schema.type === 'object') return schema.properties ? 'group' : 'pairs'
  if (schema.type !== 'string') return 'json'
  if (name === 'q') return 'query'
  return (schema.maxLength ?? 0) > longText ? 'lines' : 'text'
}

function fieldOf(name: string, given: ParameterSchema, required: boolean): ParameterField {
  const { schema, nullable } = withoutNull(given)
  const kind = kindOf(name, schema)
  return {
    name,
    label: schema.title ?? labels[name] ?? labelOf(name),
    help: given.description ?? schema.description,
    required,
    kind,
    options: (schema.enum ?? schema.items?.enum ?? []).map(String),
    nullable,
    fields: kind === 'group' ? fieldsOf(schema) : [],
  }
}

/** The inputs of an action, in the order of its schema. */
export const fieldsOf = (schema: ParameterSchema): ParameterField[] =>
  Object.entries(schema.properties ?? {}).map(([name, child]) =>
    fieldOf(name, child, schema.required?.includes(name) ?? false),
  )

type Values = Readonly<Record<string, unknown>>

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0)

/** Values as the server takes them: what was not filled in is left out. */
export const parametersOf = (fields: readonly ParameterField[], values: Values): Record<string, unknown> =>
  Object.fromEntries(
    fields
      .map(({ name, kind, fields: inner }): [string, unknown] => {
        const value = values[name]
        if (kind === 'group' && value !== undefined) return [name, parametersOf(inner, value as Values)]
        if (kind === 'json' && typeof value === 'string') return [name, jsonOf(value)]
        return [name, value]
      })
      .filter(([, value]) => !isNothing(value)),
  )

/** JSON as it was written; text that is none stays text, for the server to say what is wrong with it. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Labels of the inputs that are needed and still empty. */
export const missingOf = (fields: readonly ParameterField[], values: Values): string[] =>
  fields
    .filter(({ name, required }) => required && isNothing(values[name]))
    .map(({ kind, label }) => (kind === 'tags' ? 'tags' : label.toLowerCase()))
