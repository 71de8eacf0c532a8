import { createHash } from 'node:crypto'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** JSON text with sorted keys: equal values give equal text whatever order they were built in. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) {
    let list = ''
    for (const item of value) list += `${list === '' ? '' : ','}${canonicalJson(item)}`
    return `[${list}]`
  }
  let members = ''
  for (const key of Object.keys(value).sort()) {
    const item = (value as Record<string, unknown>)[key]
    if (item !== undefined)
      members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(item)}`
  }
  return `{${members}}`
}

/** SHA-256 of the canonical JSON, as 64 hexadecimal digits. */
export const contentHash = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex')

/** Deep equality of two JSON values, whatever the order of their keys. */
export const sameJson = (left: unknown, right: unknown): boolean =>
  left === right || canonicalJson(left) === canonicalJson(right)
