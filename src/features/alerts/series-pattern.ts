/** A series key in its parts: `filesystem_used_bytes{mount="/"}`. */
export interface SeriesName {
  name: string
  labels: Readonly<Record<string, string>>
}

const pair = /([A-Za-z_][\w.]*)="((?:[^"\\]|\\.)*)"/gy
const escapes: Readonly<Record<string, string>> = { n: '\n' }

/** Reads a series key; undefined for text that is none. */
export function parseSeries(key: string): SeriesName | undefined {
  const brace = key.indexOf('{')
  if (brace < 0) return { name: key, labels: {} }
  if (!key.endsWith('}')) return undefined
  const labels: Record<string, string> = {}
  pair.lastIndex = brace + 1
  while (pair.lastIndex < key.length - 1) {
    const found = pair.exec(key)
    if (!found) return undefined
    labels[found[1]!] = found[2]!.replaceAll(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter)
    if (key[pair.lastIndex] === ',') pair.lastIndex += 1
  }
  return { name: key.slice(0, brace), labels }
}

/** A pattern over series: `*` stands for any value of a label, and a label left out may be anything. */
export interface SeriesPattern {
  name: string
  /** The part that a series is of its subject: the values of what is open, in the order of names; undefined for no match. */
  part(key: string): string | undefined
}

/** So many keys are remembered by a pattern; agents have no more names than that. */
const remembered = 50_000

export function seriesPattern(text: string): SeriesPattern | undefined {
  const wanted = parseSeries(text)
  if (!wanted) return undefined
  const prefix = `${wanted.name}{`
  const known = new Map<string, string | undefined>()
  return {
    name: wanted.name,
    part(key) {
      if (key === wanted.name) return Object.keys(wanted.labels).length === 0 ? '' : undefined
      if (!key.startsWith(prefix)) return undefined
      if (known.has(key)) return known.get(key)
      if (known.size >= remembered) known.clear()
      const part = match(wanted, parseSeries(key))
      known.set(key, part)
      return part
    },
  }
}

function match(wanted: SeriesName, found: SeriesName | undefined): string | undefined {
  if (!found) return undefined
  for (const [label, value] of Object.entries(wanted.labels)) {
    const told = found.labels[label]
    if (told === undefined || (value !== '*' && value !== told)) return undefined
  }
  return Object.entries(found.labels)
    .filter(([label]) => wanted.labels[label] === undefined || wanted.labels[label] === '*')
    .map(([, value]) => value)
    .join(',')
}
