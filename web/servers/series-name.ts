/** A series' name and labels: `filesystem_used_bytes{mount="/"}` taken apart. */
export interface SeriesName {
  name: string
  labels: Readonly<Record<string, string>>
}

const label = /([a-zA-Z_][\w.-]*)="((?:[^"\\]|\\.)*)"/g
const plain: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' }

export function readSeriesName(key: string): SeriesName {
  const brace = key.indexOf('{')
  if (brace < 0) return { name: key, labels: {} }
  const labels: Record<string, string> = {}
  for (const [, name, value] of key.slice(brace).matchAll(label))
    labels[name!] = value!.replaceAll(/\\[\\"n]/g, (escaped) => plain[escaped]!)
  return { name: key.slice(0, brace), labels }
}

/** The series of some names, by the value of one label: all mounts with their used bytes and their size. */
export function byLabel<Name extends string>(
  values: Readonly<Record<string, number>>,
  by: string,
  names: readonly Name[],
): Map<string, Partial<Record<Name, number>>> {
  const found = new Map<string, Partial<Record<Name, number>>>()
  for (const [key, value] of Object.entries(values)) {
    const { name, labels } = readSeriesName(key)
    const place = labels[by]
    if (place === undefined || !(names as readonly string[]).includes(name)) continue
    const row: Partial<Record<Name, number>> = found.get(place) ?? {}
    row[name as Name] = value
    found.set(place, row)
  }
  return new Map([...found].toSorted(([one], [other]) => one.localeCompare(other, 'en', { numeric: true })))
}
