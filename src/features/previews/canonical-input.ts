import { hash } from 'node:crypto'
import { canonicalJson } from '#kernel/json.ts'
import type { JsonObject } from '#kernel/json.ts'

/**
 * The canonical JSON of a row, and its SHA-256. Rows of tables come with their columns in order and plain cells, of
 * which JSON.stringify makes the same text many times faster.
 */
export function canonicalInput(input: JsonObject): { text: string; checksum: string } {
  const text = isCanonical(input) ? JSON.stringify(input) : canonicalJson(input)
  return { text, checksum: hash('sha256', text) }
}

function isCanonical(input: JsonObject): boolean {
  let last: string | undefined
  for (const name in input) {
    if (last !== undefined && name <= last) return false
    const value = input[name]
    if (typeof value === 'object' && value !== null) return false
    last = name
  }
  return true
}

/** The checksum of a row as it is stored: PostgreSQL writes JSON in its own way. */
export function checksumOfStored(text: string, expected: string): string {
  return hash('sha256', text) === expected
    ? expected
    : canonicalInput(JSON.parse(text) as JsonObject).checksum
}
