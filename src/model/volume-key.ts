/**
 * What a volume is known by to others, in the one spelling that both sides use: `naa:6000c29...` for a disk, whatever
 * prefix and case it came with, `nfs:192.0.2.5:/export` for what is mounted.
 */
export function volumeKey(text: string): string {
  const key = text.trim()
  const disk = /^naa:(?:naa\.|0x)?([0-9a-f]+)$/i.exec(key)?.[1]
  if (disk !== undefined) return `naa:${disk.toLowerCase()}`
  const mount = /^nfs:(.+?):(\/.*)$/i.exec(key)
  if (mount) return `nfs:${mount[1]!.toLowerCase()}:${mount[2]!.replace(/(?<=.)\/+$/, '')}`
  return key
}
