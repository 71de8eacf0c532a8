import { parseTimestamp, type Timestamp } from '#kernel/clock.ts'

const rubyTime = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.\d+)? ?(UTC|Z|[+-]\d{2}:?\d{2})$/

/** `2026-08-15 10:00:07 UTC` and `2025-02-05 19:49:00 +0100`; undefined for `never`, `unknown` and anything else. */
export function parseRubyTime(text: string | undefined): Timestamp | undefined {
  const [, day, time, zone] = rubyTime.exec(text?.trim() ?? '') ?? []
  if (day === undefined) return undefined
  const offset = zone === 'UTC' || zone === 'Z' ? 'Z' : zone!.replace(/^(...):?(..)$/, '$1:$2')
  return parseTimestamp(`${day}T${time}${offset}`)
}
