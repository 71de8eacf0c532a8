import type { Lease } from '#sources/lease-table.ts'
import { idToHex, cleanText, type Bytes } from '#sources/lease-text.ts'

/** Sub-options of DHCP option 82: a code, a length and content; 1 is the circuit, 2 the remote end (RFC 3046). */
export function readRelayAgent(bytes: Bytes): Pick<Lease, 'circuitId' | 'remoteId'> {
  const found: Pick<Lease, 'circuitId' | 'remoteId'> = {}
  for (let at = 0; at + 1 < bytes.length; at += 2 + bytes.charCodeAt(at + 1)) {
    const content = bytes.slice(at + 2, at + 2 + bytes.charCodeAt(at + 1))
    if (bytes.charCodeAt(at) === 1) found.circuitId = readableId(content)
    if (bytes.charCodeAt(at) === 2) found.remoteId = readableId(content)
  }
  return found
}

/** An id that relays fill as they like: a text where it is one, else its bytes in hexadecimal. */
export const readableId = (bytes: Bytes): string | undefined =>
  /^[\x20-\x7e]+$/.test(bytes) ? cleanText(bytes) : idToHex(bytes)
