declare module 'snappyjs' {
  /** Throws an Error for a broken stream, and for one that says it holds more than `maxLength` bytes. */
  export function uncompress(compressed: Buffer, maxLength?: number): Buffer
  export function compress(uncompressed: Buffer): Buffer
}
