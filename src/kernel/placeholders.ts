import type { Json } from '#kernel/json.ts'

/** `{name}`, `{custom.cost}`, `{row.Serial number}`; other braces are text, such as those of JSON. */
const placeholder = /\{([A-Za-z]\w*(?:\.[^{}"\r\n]{1,100})?)\}/g
const whole = /^\{([A-Za-z]\w*(?:\.[^{}"\r\n]{1,100})?)\}$/

/** The placeholders of a text, without braces. */
export const placeholdersOf = (text: string): string[] =>
  [...text.matchAll(placeholder)].map(([, name]) => name!)

/** The text of a value. */
export function textOf(value: Json): string {
  if (value === null) return ''
  if (Array.isArray(value)) return value.map(textOf).join(' ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A text with its placeholders filled in; a value is never read as a placeholder itself. */
export const fillText = (text: string, valueOf: (name: string) => Json): string =>
  text.replaceAll(placeholder, (_, name: string) => textOf(valueOf(name)))

/** JSON with the placeholders in its texts filled in; a text that is one placeholder only becomes the value itself. */
export function fillJson(template: Json, valueOf: (name: string) => Json): Json {
  if (typeof template === 'string') {
    const only = whole.exec(template)?.[1]
    return only === undefined ? fillText(template, valueOf) : valueOf(only)
  }
  if (Array.isArray(template)) return template.map((item) => fillJson(item, valueOf))
  if (template === null || typeof template !== 'object') return template
  return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, fillJson(item, valueOf)]))
}
