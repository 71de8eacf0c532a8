import { decodeText } from '#sources/lease-text.ts'
import type { Row } from '#sources/mikrotik/router-client.ts'

/**
 * What a person reads in a value. Names and comments are whatever bytes a client or an administrator sent: UTF-8 where
 * they are, else Windows-1252. Text that was spelled out (`\u00e9`) has no bytes to doubt.
 */
// oxlint-disable-next-line no-control-regex -- the bytes are the point
export const readBytes = (text: string): string => (/^[\u0000-\u00ff]*$/.test(text) ? decodeText(text) : text)

/** JSON as RouterOS sends it: bytes of any kind, and control characters within texts; a value may be no text. */
export function parseRows(body: Buffer): Row[] | undefined {
  // oxlint-disable-next-line no-control-regex -- JSON allows none in texts, RouterOS sends them
  const text = body.toString('latin1').replaceAll(/[\u0000-\u001f]/g, ' ')
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  // Menus of one thing come as an object, or as a list of one.
  const rows = Array.isArray(parsed) ? parsed : [parsed]
  return rows.every(isObject) ? rows.map(toRow) : undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const toRow = (row: Record<string, unknown>): Row =>
  Object.fromEntries(
    Object.entries(row).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[key, readBytes(value)]]
        : typeof value === 'number' || typeof value === 'boolean'
          ? [[key, String(value)]]
          : [],
    ),
  )

const units: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001 }

/** Seconds of `1w2d3h4m5s`, `14:40:26`, `1d22:36:21`, `170ms`; undefined for `never` and anything else. */
export function durationSeconds(text: string | undefined): number | undefined {
  const [, before = '', clock] =
    /^((?:\d+(?:\.\d+)?(?:ms|[wdhms]))*)(\d+:\d{2}:\d{2})?$/.exec(text?.trim() ?? '') ?? []
  if (before === '' && clock === undefined) return undefined
  const parts = [...before.matchAll(/(\d+(?:\.\d+)?)(ms|[wdhms])/g)]
  const spelled = parts.reduce((sum, [, number, unit]) => sum + Number(number) * units[unit!]!, 0)
  const [hours = 0, minutes = 0, seconds = 0] = clock?.split(':').map(Number) ?? []
  return spelled + hours * 3600 + minutes * 60 + seconds
}

export const isTrue = (text: string | undefined): boolean => text === 'true' || text === 'yes'

/** `1:b8:88:e3`, without its leading zeros, as `01:b8:88:e3`. */
export const clientIdOf = (text: string | undefined): string | undefined =>
  text !== undefined && /^[0-9a-f]{1,2}(:[0-9a-f]{1,2})+$/i.test(text)
    ? text
        .split(':')
        .map((part) => part.padStart(2, '0').toLowerCase())
        .join(':')
    : undefined

/** Megabits of `1Gbps`, `100Mbps`, `2.5Gbps`, `1G-baseT-full`. */
export function speedOf(text: string | undefined): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([MG])/.exec(text ?? '') ?? []
  return number === undefined ? undefined : Number(number) * (unit === 'G' ? 1000 : 1)
}
