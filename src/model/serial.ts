/** What boards tell whose maker set no serial number, spelled without spaces and signs. */
const defaults =
  /^(tobefilled.*|default.*|not(specified|applicable|available|present|provided|defined|set).*|none|unknown|na|null|oem|system.*(number|name|version)|chassis.*number|base.?board.*|serial.*|empty|invalid|0?123456789[0a-f]*|1234567?8?)$/

/** What stands in the place of a maker or a model that nobody set. */
const placeholders =
  /^(tobefilled.*|default(string|value)?|not(specified|applicable|available|present|provided|defined|set).*|none|unknown|na|null|oem|empty|invalid|system(manufacturer|productname))$/

const lettersOf = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** Whether a serial number, maker or model says nothing: firmware tells one even where its maker set none. */
export function isPlaceholder(field: 'serial' | 'vendor' | 'model', text: string): boolean {
  const letters = lettersOf(text)
  return letters === '' || (field === 'serial' ? isDefault(letters) : placeholders.test(letters))
}

const isDefault = (serial: string): boolean => /^(.)\1*$/u.test(serial) || defaults.test(serial)

/** A serial number as every source spells it: lower case, letters and digits only. Undefined for what names no machine. */
export function canonicalSerial(text: string): string | undefined {
  const serial = text
    .trim()
    .toLowerCase()
    .replace(/^(s\/n|sn|serial( ?(number|no))?)[\s:#.=-]+/, '')
    .replaceAll(/[^a-z0-9]/g, '')
  return serial.length < 4 || isDefault(serial) || isMistypedDefault(serial) ? undefined : serial
}

/** The words that lists kept by hand copy most, and now and then wrongly. */
const defaultWords = [
  'unknown',
  'notspecified',
  'notapplicable',
  'notavailable',
  'defaultstring',
  'tobefilledbyoem',
  'systemserialnumber',
]

const isMistypedDefault = (serial: string): boolean =>
  !/\d/.test(serial) && defaultWords.some((word) => areNearSerials(serial, word))

/** One letter or digit differs, is missing or stands twice: somebody typed it. */
export function areNearSerials(left: string, right: string): boolean {
  if (Math.abs(left.length - right.length) > 1 || left.length < 6) return false
  let start = 0
  while (start < left.length && left[start] === right[start]) start += 1
  const [shorter, longer] = left.length <= right.length ? [left, right] : [right, left]
  const rest = longer.slice(start + 1)
  return (
    rest === shorter.slice(start + (shorter.length === longer.length ? 1 : 0)) ||
    areSwapped(left, right, start)
  )
}

const areSwapped = (left: string, right: string, at: number): boolean =>
  left.length === right.length &&
  left[at] === right[at + 1] &&
  left[at + 1] === right[at] &&
  left.slice(at + 2) === right.slice(at + 2)

const suffixes =
  /\b(inc|incorporated|corp|corporation|co|company|ltd|limited|llc|gmbh|ag|sa|plc|computers?|systems?|technolog(y|ies)|networks?|international|electronics|group|enterprise|emc|communications)\b/g

const aliases: [RegExp, string][] = [
  [/^(hewlett ?packard.*|hpe?|aruba|procurve)$/, 'hp'],
  [/^(business machines|ibm)$/, 'ibm'],
  [/^super ?micro$/, 'supermicro'],
  [/^(mikrotik.*|routerboard)$/, 'mikrotik'],
  [/^(qemu|kvm|red hat|bochs|ovirt)$/, 'qemu'],
  [/^(network appliance|netapp)$/, 'netapp'],
  [/^(asus|asustek)$/, 'asus'],
  [/^(oracle|sun microsystems?|sun)$/, 'oracle'],
  [/^(cisco|meraki|cisco meraki)$/, 'cisco'],
  [/^fujitsu.*$/, 'fujitsu'],
]

/** A maker by one name: `Dell Inc.` and `DELL` are the same. */
export function vendorClass(text: string): string | undefined {
  const words = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .replaceAll(suffixes, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  if (words === '') return undefined
  return aliases.find(([pattern]) => pattern.test(words))?.[1] ?? words
}
