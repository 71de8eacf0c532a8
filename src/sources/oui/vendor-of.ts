import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { isLocalMac, isUnicastMac, type Mac } from '#model/mac.ts'

/** IEEE assignments have 24, 28 or 36 bits: 6, 7 or 9 hexadecimal digits. The longest one that fits is the maker's. */
const prefixLengths = [9, 7, 6]

let makers: ReadonlyMap<string, string> | undefined

function load(): ReadonlyMap<string, string> {
  const text = brotliDecompressSync(readFileSync(new URL('./oui.txt.br', import.meta.url))).toString('utf8')
  const map = new Map<string, string>()
  for (const line of text.split('\n')) {
    const tab = line.indexOf('\t')
    map.set(line.slice(0, tab), line.slice(tab + 1))
  }
  return map
}

/**
 * The maker of a network card by the IEEE's list, built in (`scripts/build-oui.ts`) and unpacked at the first call.
 * Undefined for addresses set by software, for group addresses and for prefixes the list has no name for.
 */
export function vendorOf(mac: Mac): string | undefined {
  if (isLocalMac(mac) || !isUnicastMac(mac)) return undefined
  makers ??= load()
  const digits = mac.replaceAll(':', '')
  for (const length of prefixLengths) {
    const maker = makers.get(digits.slice(0, length))
    if (maker !== undefined) return maker
  }
  return undefined
}
