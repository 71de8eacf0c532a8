import { choicesOf, type FieldSchema, isFree, isList, itemsOf, kindsOf } from '#surfaces/input-fields.ts'

const number = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/
const truths: Record<string, boolean> = {
  true: true,
  yes: true,
  '1': true,
  false: false,
  no: false,
  '0': false,
}

/**
 * Turns text from a query string or a command line into the kind the schema wants.
 * What does not fit stays text, so that validation names it. A list may be repeated; lists of numbers
 * or of fixed words may be one text with commas. Objects are JSON text.
 */
export function coerceText(schema: FieldSchema, given: string | readonly string[]): unknown {
  if (!isList(schema)) {
    return typeof given === 'string'
      ? coerceOne(schema, given)
      : given.length === 1
        ? coerceOne(schema, given[0]!)
        : given
  }
  const texts = typeof given === 'string' ? [given] : given
  if (texts.length === 1 && texts[0]!.startsWith('[')) return parsed(texts[0]!) ?? texts
  const items = itemsOf(schema) ?? {}
  const splits = !kindsOf(items).has('string') || choicesOf(items) !== undefined
  const parts = splits ? texts.flatMap((text) => text.split(',').map((part) => part.trim())) : texts
  return parts.map((part) => coerceOne(items, part))
}

function coerceOne(schema: FieldSchema, text: string): unknown {
  const kinds = kindsOf(schema)
  if (isFree(schema)) return parsed(text) ?? text
  if (kinds.has('null') && text === 'null') return null
  if ((kinds.has('number') || kinds.has('integer')) && number.test(text)) {
    // "007" stays text where text is welcome too.
    if (!kinds.has('string') || String(Number(text)) === text) return Number(text)
  }
  if (kinds.has('boolean') && !kinds.has('string')) return truths[text.toLowerCase()] ?? text
  if ((kinds.has('object') || kinds.has('array')) && /^\s*[{[]/.test(text)) return parsed(text) ?? text
  return text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
