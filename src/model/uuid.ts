/** 32 hexadecimal digits, however they are grouped. */
const digitsOf = (text: string): string | undefined => {
  const digits = text.replaceAll(/[\s{}-]/g, '').toLowerCase()
  return /^[0-9a-f]{32}$/.test(digits) ? digits : undefined
}

/** Ids that makers forgot to set: the same on every board of a series. */
const forgotten = new Set([
  '03000200-0400-0500-0006-000700080009',
  '00000000-0000-0000-0000-ac1f6b000000',
  '12345678-1234-1234-1234-123456789abc',
  '12345678-1234-5678-90ab-cddeefaabbcc',
  '4c4c4544-0000-2010-8020-80c04f202020',
])

/**
 * One form of a BIOS or DMI UUID, whose first three groups are told in either byte order: the smaller of both.
 * Undefined for what firmware tells that was never given one; other texts stay as they are, in lower case.
 */
export function canonicalUuid(text: string): string | undefined {
  const digits = digitsOf(text)
  if (digits === undefined) return /^[0f\s-]*$/i.test(text) ? undefined : text.trim().toLowerCase()
  if (/^(..)\1{15}$/.test(digits)) return undefined
  const [told, swapped] = [grouped(digits), grouped(otherOrder(digits))]
  if (forgotten.has(told) || forgotten.has(swapped)) return undefined
  return told < swapped ? told : swapped
}

const otherOrder = (digits: string): string =>
  digits.replace(/^(..)(..)(..)(..)(..)(..)(..)(..)/, '$4$3$2$1$6$5$8$7')

const grouped = (digits: string): string =>
  digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/** The UUID within a serial number that a hypervisor makes of it: `VMware-42 31 94 3a …`, `Parallels-…`. */
export function uuidOfSerial(serial: string): string | undefined {
  const found = /^(?:vmware|parallels)-(.*)$/i.exec(serial.trim())
  const digits = found === null ? undefined : digitsOf(found[1]!)
  return digits === undefined ? undefined : canonicalUuid(digits)
}
