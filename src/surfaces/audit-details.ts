import type { AnyOperation } from '#features/operation.ts'
import type { Json, JsonObject } from '#kernel/json.ts'
import { canonicalJson } from '#kernel/json.ts'
import { parseIp } from '#model/ip-address.ts'
import { type FieldSchema, inputFields } from '#surfaces/input-fields.ts'

/** Makes a short text of a secret: the same for the same secret, and nothing can be read from it. */
export type Tag = (secret: string) => string

/**
 * Fields whose text is told, wherever they stand: what names things of the inventory and of Rollcall, and queries. Any
 * other text counts as free, of which the trail tells the length only; a schema says otherwise with `.meta({ audit })`.
 */
const toldNames: ReadonlySet<string> = new Set(
  `id ids key keys name names label type kind role status subject field action outcome q query sort columns
   device devices deviceId deviceType host hosts hostname fqdn domain address addresses ip ips mac macs interface serial vendor
   model os driver site rack owner parent child tag tags add remove range ranges network networks source sources
   email user schedule cron timeZone from until at scheduledFor upTo color options format file sheet database`.split(
    /\s+/,
  ),
)

const secretName = /password|passphrase|secret|token|credential|private|apikey|authorization|cookie/i

/** Members of a list and fields of an object that are told. */
const most = 50
const longest = 500

/** What the trail tells of an input, by its schema: secrets as tags, free text as its length, all else as it is. */
export function auditedInput(operation: AnyOperation, input: JsonObject, tag: Tag): JsonObject {
  const fields = new Map(inputFields(operation.input).map((field) => [field.name, field.schema]))
  const told = Object.entries(input).filter(([, value]) => value !== undefined)
  return Object.fromEntries(told.map(([name, value]) => [name, tell(name, value, fields.get(name), tag)]))
}

/** Whether the trail may name what an operation is about by the value of this field. */
export function isTold(operation: AnyOperation, name: string): boolean {
  const schema = inputFields(operation.input).find((field) => field.name === name)?.schema
  return !isSecret(name, schema) && (toldNames.has(name) || schema?.audit === true || isClosed(schema))
}

const isSecret = (name: string, schema: FieldSchema | undefined): boolean =>
  schema?.secret === true || (schema?.audit !== true && secretName.test(name))

/** A text that can only be one of some words, or has a form that leaves no room for more. */
const isClosed = (schema: FieldSchema | undefined): boolean =>
  schema !== undefined &&
  (schema.enum !== undefined ||
    schema.const !== undefined ||
    [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].some((part) => part.enum !== undefined))

function tell(name: string, value: Json, schema: FieldSchema | undefined, tag: Tag): Json {
  if (isSecret(name, schema) && value !== null && typeof value !== 'boolean') return tag(canonicalJson(value))
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'string') return tellText(name, value, schema)
  if (Array.isArray(value)) {
    const told = value.slice(0, most).map((each) => tell(name, each, itemOf(schema), tag))
    return value.length > most ? [...told, `… ${value.length - most} more`] : told
  }
  const entries = Object.entries(value)
  const told = entries
    .slice(0, most)
    .map(([key, each]) => [key, tell(key, each, partOf(schema, key), tag)] as const)
  return Object.fromEntries(entries.length > most ? [...told, ['…', entries.length - most]] : told)
}

function tellText(name: string, text: string, schema: FieldSchema | undefined): string {
  const may = schema?.audit ?? (toldNames.has(name) || isClosed(schema) || isAddress(text))
  if (!may) return `text of ${text.length} characters`
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

const macAddress = /^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i

/** An address is a fact of the inventory in whatever field it stands. */
const isAddress = (text: string): boolean =>
  text.length < 64 && (macAddress.test(text) || parseIp(text.replace(/\/\d{1,3}$/, '')) !== undefined)

const partsOf = (schema: FieldSchema | undefined): FieldSchema[] =>
  schema === undefined
    ? []
    : [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]

/** The schema of a list's members; what is said of the list counts for them too. */
function itemOf(schema: FieldSchema | undefined): FieldSchema | undefined {
  const items = partsOf(schema).find((part) => part.items)?.items
  return schema?.audit === undefined ? items : { ...items, audit: schema.audit }
}

function partOf(schema: FieldSchema | undefined, key: string): FieldSchema | undefined {
  return partsOf(schema).find((part) => part.properties?.[key])?.properties![key]
}
