import { Argument, type Command, Option } from 'commander'
import type { AnyOperation } from '#features/operation.ts'
import { coerceText } from '#surfaces/coerce-text.ts'
import { kebab } from '#surfaces/cli/command-path.ts'
import {
  choicesOf,
  type FieldSchema,
  type InputField,
  inputFields,
  isFree,
  isList,
  itemsOf,
  kindsOf,
} from '#surfaces/input-fields.ts'

/** Options of the program itself; a field of the same name is given as `--with-NAME`. */
const reserved = new Set(['json', 'server', 'config', 'help', 'version', 'yes', 'all', 'wait'])
/** Fields whose text people write without quotes: the words that follow belong together. */
const sentences = new Set(['q', 'query', 'text', 'question'])

/** Reads an operation's input from what was parsed. */
export type ReadValues = (
  positional: readonly unknown[],
  values: Record<string, unknown>,
) => Record<string, unknown>

/** Gives a command the arguments and options of an operation's input. */
export function addInput(command: Command, operation: AnyOperation): ReadValues {
  const fields = inputFields(operation.input)
  const positional = (operation.cli?.arguments ?? []).map((name) => fieldNamed(operation, fields, name))
  for (const [at, field] of positional.entries()) {
    command.addArgument(argumentOf(field, at === positional.length - 1))
  }
  const named = fields.filter((field) => !positional.includes(field))
  const keys = named.map((field) => ({ field, key: addOption(command, field) }))
  return (given, values) => {
    const input: Record<string, unknown> = {}
    for (const [at, field] of positional.entries()) assign(input, field, given[at])
    for (const { field, key } of keys) assign(input, field, values[key])
    return input
  }
}

function fieldNamed(operation: AnyOperation, fields: readonly InputField[], name: string): InputField {
  const field = fields.find((each) => each.name === name)
  if (!field) throw new Error(`${operation.name} has no input field ${name} for its argument`)
  return field
}

function argumentOf(field: InputField, last: boolean): Argument {
  const several = last && (isList(field.schema) || sentences.has(field.name))
  const name = `${kebab(field.name)}${several ? '...' : ''}`
  return new Argument(field.required ? `<${name}>` : `[${name}]`, describe(field))
}

/** Adds the option of a field and tells under which key its value will be. */
function addOption(command: Command, field: InputField): string {
  const name = reserved.has(field.name) ? `with-${kebab(field.name)}` : kebab(field.name)
  if (isSwitch(field.schema)) {
    const option = new Option(`--${name}`, describe(field))
    command.addOption(option).addOption(new Option(`--no-${name}`, `The opposite of --${name}.`).hideHelp())
    return option.attributeName()
  }
  const option = new Option(`--${name} <${placeholder(field)}>`, describe(field))
  if (repeats(field)) option.argParser((text: string, before?: string[]) => [...(before ?? []), text])
  command.addOption(option)
  return option.attributeName()
}

function assign(input: Record<string, unknown>, field: InputField, value: unknown): void {
  if (value === undefined) return
  if (typeof value === 'boolean') input[field.name] = value
  else if (Array.isArray(value) && value.length === 0) return
  else input[field.name] = fromText(field, value as string | string[])
}

function fromText(field: InputField, given: string | string[]): unknown {
  if (Array.isArray(given) && !isList(field.schema)) {
    const pairs = isMap(field.schema) && given.every((each) => /^[^={[]+=/.test(each))
    if (pairs) return Object.fromEntries(given.map((each) => pairOf(field.schema, each)))
    return coerceText(field.schema, given.join(' '))
  }
  return coerceText(field.schema, given)
}

/** `rack=4` for a field that is a map. */
function pairOf(schema: FieldSchema, text: string): [string, unknown] {
  const at = text.indexOf('=')
  const values = (schema.additionalProperties ?? {}) as FieldSchema
  return [text.slice(0, at), coerceText(values, text.slice(at + 1))]
}

const isMap = (schema: FieldSchema): boolean => kindsOf(schema).has('object') && !isFree(schema)
const repeats = (field: InputField): boolean => isList(field.schema) || isMap(field.schema)

function isSwitch(schema: FieldSchema): boolean {
  const kinds = kindsOf(schema)
  return kinds.has('boolean') && [...kinds].every((kind) => kind === 'boolean')
}

function placeholder(field: InputField): string {
  const kinds = kindsOf(itemsOf(field.schema) ?? field.schema)
  if (isMap(field.schema)) return 'name=value'
  if (choicesOf(field.schema)) return 'word'
  if (kinds.has('string') || kinds.size === 0) return 'text'
  return kinds.has('number') || kinds.has('integer') ? 'number' : 'value'
}

function describe(field: InputField): string {
  const notes: string[] = []
  const choices = choicesOf(field.schema)
  if (choices) notes.push(choices.join(', '))
  if (repeats(field)) notes.push('may be repeated')
  const preset = field.schema.default
  if (preset !== undefined && preset !== null && !(Array.isArray(preset) && preset.length === 0)) {
    notes.push(`default ${typeof preset === 'string' ? preset : JSON.stringify(preset)}`)
  }
  if (field.required) notes.push('required')
  return [field.description, notes.length > 0 ? `(${notes.join('; ')})` : ''].filter(Boolean).join(' ')
}
