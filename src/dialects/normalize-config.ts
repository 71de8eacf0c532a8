/**
 * Lines that differ at every fetch although nobody changed anything: clocks, uptimes, sizes, counters. Without their
 * comment marks.
 */
const volatileLines = [
  // IOS, IOS-XE, IOS-XR, NX-OS, EOS
  /^(Building configuration|Current configuration\s*:|Using \d+ out of \d+ bytes)/,
  /^(Last configuration change at|NVRAM config last updated|No configuration change since last restart)/,
  /^(Time:|Running configuration last done at|Startup config saved at)/,
  /^ntp clock-period \d+/,
  /\buptime is \d/,
  /^[Uu]ptime\s*:/,
  // ASA
  /^(: (Saved|Written by)|Cryptochecksum:|Configuration last modified by|Configuration has not been modified since)/,
  // JunOS
  /^(Last commit:|Last changed:)/,
  // FortiOS
  /^(conf_file_ver=|System time:|Last reboot|Cluster uptime|Virus-DB:|IPS-DB:|APP-DB:|IPS-ETDB:|INDUSTRIAL-DB:|Botnet DB:|Extended DB:|FortiClient application signature package:)/,
  // RouterOS
  /^([a-z]{3}\/\d{2}\/\d{4}|\d{4}-\d{2}-\d{2}) \d{2}:\d{2}:\d{2} by RouterOS/,
  /^[UR]\s.*\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/,
  // VRP, Comware
  /^Last configuration was (updated|saved) at/,
  /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?( ?[+-]\d{2}:\d{2})?( DST)?$/,
  // PAN-OS
  /^(time|uptime|threat-version|threat-release-date|av-version|av-release-date|app-version|app-release-date|wildfire-version|wildfire-release-date):/,
]

/** Values that FortiOS encrypts anew at every reading. */
const reencrypted = /\bENC \S+/g

/** All of them at once: each line is held against them. */
const anyVolatile = new RegExp(volatileLines.map(({ source }) => `(?:${source})`).join('|'))

/** Lines without any of these change by a person's hand only, and most lines are such. */
const worthALook = /[:=]|uptime|conf|clock|out of/

const commentMark = /^[\s!#:;]+/

function isVolatile(line: string): boolean {
  if (!worthALook.test(line)) return false
  if (anyVolatile.test(line)) return true
  const bare = line.replace(commentMark, '')
  return bare !== line && anyVolatile.test(bare)
}

/** A configuration without what changes by itself, so that two fetches of an unchanged device are equal. */
export function normalizeConfig(text: string): string {
  const lines = text.split('\n').flatMap((raw) => {
    const line = raw.trimEnd()
    if (line === '' || isVolatile(line)) return []
    return [line.includes('ENC ') ? line.replaceAll(reencrypted, 'ENC *') : line]
  })
  return (text.includes('PRIVATE KEY') ? withoutPrivateKeys(lines) : lines).join('\n')
}

/** The body of an encrypted private key is another one at every reading too. */
function withoutPrivateKeys(lines: readonly string[]): string[] {
  let isInside = false
  return lines.filter((line) => {
    if (/-----END [A-Z ]*PRIVATE KEY-----/.test(line)) isInside = false
    const isKept = !isInside
    if (/-----BEGIN ENCRYPTED PRIVATE KEY-----/.test(line)) isInside = true
    return isKept
  })
}
