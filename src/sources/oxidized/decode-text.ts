/** A text, and how it becomes its bytes again where that is not UTF-8. */
export interface DecodedText {
  text: string
  encoding?: 'latin1' | undefined
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes as text, without losing any: UTF-8, and where they are none, Latin-1. */
export function decodeText(bytes: Uint8Array): DecodedText {
  try {
    return { text: strict.decode(bytes) }
  } catch {
    return { text: Buffer.from(bytes).toString('latin1'), encoding: 'latin1' }
  }
}
