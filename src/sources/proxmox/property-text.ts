/** `virtio=BC:24:..,bridge=vmbr0,firewall=1`, or `local-lvm:vm-1-disk-0,size=32G` whose first part has no name. */
export interface Properties {
  /** The part without a name; undefined where each has one. */
  first: string | undefined
  named: Record<string, string>
}

export function parseProperties(text: string): Properties {
  const properties: Properties = { first: undefined, named: {} }
  for (const part of text.split(',')) {
    const at = part.indexOf('=')
    if (at === -1) properties.first ??= part.trim()
    else properties.named[part.slice(0, at).trim()] = part.slice(at + 1).trim()
  }
  return properties
}

const units: Record<string, number> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 }

/** `32G` in bytes; undefined when there is no size or it cannot be read. */
export function parseSize(text: string | undefined): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([KMGT]?)$/i.exec(text ?? '') ?? []
  return digits === undefined ? undefined : Math.round(Number(digits) * units[unit!.toUpperCase()]!)
}

/** Tags were separated by `;`, by `,` and by blanks in different releases. */
export const parseTags = (text: string | undefined): string[] =>
  [...new Set((text ?? '').split(/[;,\s]+/).filter(Boolean))].toSorted()

/** A switch that may stand alone (`1,fstrim=1`) or by name (`enabled=1`). */
export function isEnabled(text: string | undefined): boolean {
  const { first, named } = parseProperties(text ?? '')
  return (named['enabled'] ?? first) === '1'
}

/** The uuid inside `smbios1`; undefined for none, or for the fillers that copies and old tools leave. */
export function parseSmbiosUuid(text: string | undefined): string | undefined {
  const uuid = parseProperties(text ?? '').named['uuid']?.toLowerCase()
  if (!uuid || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid)) return undefined
  return /^(.)\1*$/.test(uuid.replaceAll('-', '')) ? undefined : uuid
}

/** Memory in MiB: a number, since 8.1 also `current=2048`. */
export function parseMemory(text: string | undefined): number | undefined {
  const { first, named } = parseProperties(text ?? '')
  const megabytes = Number(named['current'] ?? (first || Number.NaN))
  return Number.isFinite(megabytes) ? megabytes : undefined
}
