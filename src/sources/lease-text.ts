import { parseTimestamp, toTimestamp, type Timestamp } from '#kernel/clock.ts'
import { isUnicastMac, parseMac, type Mac } from '#model/mac.ts'

/** Bytes as lease files and options hold them: one character of code 0 to 255 each. */
export type Bytes = string

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
const windows1252 = new TextDecoder('windows-1252')

/** What a person would read in the bytes: UTF-8 where they are, else Windows-1252. Always a fresh string. */
export function decodeText(bytes: Bytes): string {
  const buffer = Buffer.from(bytes, 'latin1')
  try {
    return strictUtf8.decode(buffer)
  } catch {
    return windows1252.decode(buffer)
  }
}

// oxlint-disable-next-line no-control-regex -- names from the network may hold any byte
const control = /[\u0000-\u001f\u007f-\u009f]+/g

/** A client's own name fit to be kept: no control characters, no trailing dot; undefined when nothing is left. */
export function cleanHostname(bytes: Bytes): string | undefined {
  const name = decodeText(bytes).replace(control, '').trim().replace(/\.+$/, '').slice(0, 255)
  return name === '' || name === '*' ? undefined : name
}

/** Text of an option fit to be kept, at most 512 characters; undefined when nothing is left. */
export function cleanText(bytes: Bytes): string | undefined {
  const text = decodeText(bytes).replace(control, ' ').trim().slice(0, 512)
  return text === '' ? undefined : text
}

/** Bytes as `01:0a:ff`. */
export const bytesToHex = (bytes: Bytes): string =>
  Buffer.from(bytes, 'latin1')
    .toString('hex')
    .replace(/..(?=.)/g, '$&:')

/** No id in DHCP is longer (RFC 2132: an option has a length of one byte; a DUID has at most 130). In bytes. */
const longestId = 255

/** An id's bytes as `01:0a:ff`; undefined for none, and for more than any client can send. */
export const idToHex = (bytes: Bytes): string | undefined =>
  bytes.length === 0 || bytes.length > longestId ? undefined : bytesToHex(bytes)

/** Hexadecimal pairs with colons or dashes, leading zeros optional, as `01:0a:ff`; undefined for anything else. */
export function parseHex(text: string): string | undefined {
  if (text.length > longestId * 3 || !/^[0-9a-f]{1,2}([:-][0-9a-f]{1,2})*$/i.test(text)) return undefined
  return text
    .split(/[:-]/)
    .map((pair) => pair.padStart(2, '0'))
    .join(':')
    .toLowerCase()
}

/** A MAC that names one card; group addresses, all zeros and other lengths are none. */
export function cardMac(text: string): Mac | undefined {
  const mac = parseMac(text)
  return mac !== undefined && isUnicastMac(mac) ? mac : undefined
}

/** The MAC in a DUID-LLT or DUID-LL of Ethernet (RFC 8415, 11.2 and 11.4): the one its maker chose, so a hint only. */
export function macOfDuid(duid: string): Mac | undefined {
  const found = /^(?:00:01:00:01(?::[0-9a-f]{2}){4}|00:03:00:01):((?:[0-9a-f]{2}:){5}[0-9a-f]{2})$/.exec(duid)
  return found ? cardMac(found[1]!) : undefined
}

/** The DUID inside an RFC 4361 client id: `ff`, four bytes of IAID, the DUID. */
export function duidOfClientId(clientId: string): string | undefined {
  return /^ff(?::[0-9a-f]{2}){4}:((?:[0-9a-f]{2}:){3,}[0-9a-f]{2})$/.exec(clientId)?.[1]
}

/** When a lease ends: a timestamp, or the word `never`, which sorts after every timestamp. */
export type Expiry = string

/** Seconds since 1970 as a timestamp; `never` beyond the year 9999, where no server means a date. */
export function epochTime(seconds: number): Expiry {
  return seconds < 253_402_300_800 ? toTimestamp(Math.trunc(seconds) * 1000) : 'never'
}

/** `2026/11/22`, `07:17:00` (UTC) as a timestamp; undefined when they are none. */
export function slashTime(date: string, time: string): Timestamp | undefined {
  return /^\d{4}(\/\d{1,2}){2}$/.test(date) && /^\d{1,2}(:\d{2}){2}$/.test(time)
    ? parseTimestamp(
        `${date.replace(/\/(\d{1,2})/g, (_, part: string) => `-${part.padStart(2, '0')}`)}T${time.padStart(8, '0')}Z`,
      )
    : undefined
}
