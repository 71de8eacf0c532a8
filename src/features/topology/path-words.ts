import type { Place, Tie } from '#features/topology/neighbour-queries.ts'

interface Words {
  /** Going from the side that hosts, manages, owns or uses to the other. */
  along: string
  back: string
}

const words: Readonly<Record<Exclude<Tie['type'], 'connects_to'>, Words>> = {
  hosts: { along: 'hosts', back: 'runs on' },
  manages: { along: 'manages', back: 'is managed by' },
  backs_up: { along: 'backs up', back: 'is backed up by' },
  owns: { along: 'holds', back: 'is on' },
  uses: { along: 'uses', back: 'is used by' },
  cut_from: { along: 'is cut from', back: 'holds' },
  lies_on: { along: 'lies on', back: 'carries' },
}

const kindWords: Readonly<Record<string, string>> = {
  lun: 'LUN',
  qtree: 'qtree',
  pool: 'pool',
  datastore: 'datastore',
  filesystem: 'filesystem',
  volume: 'volume',
}

const named = ({ kind, name, type }: Place): string =>
  kind === 'volume' ? `the ${kindWords[type] ?? 'volume'} ${name}` : name

interface Line {
  parentPort?: string
  childPort?: string
}

const linesOf = ({ metadata }: Tie): Line[] =>
  Array.isArray(metadata['links']) ? (metadata['links'] as unknown as Line[]) : []

/** `core-1 port Te1/1`; of several lines the ports of all. */
function withPorts(place: Place, ports: readonly (string | undefined)[]): string {
  const known = [...new Set(ports.filter((port) => port !== undefined))]
  if (known.length === 0) return named(place)
  return `${named(place)} (${known.length === 1 ? 'port' : 'ports'} ${known.join(', ')})`
}

/** One step of a path as a sentence, from where one comes. */
export function stepText(tie: Tie, from: Place, to: Place, isAlong: boolean): string {
  if (tie.type === 'connects_to') {
    const lines = linesOf(tie)
    const [near, far] = isAlong
      ? (['parentPort', 'childPort'] as const)
      : (['childPort', 'parentPort'] as const)
    const ends = [
      withPorts(
        from,
        lines.map((line) => line[near]),
      ),
      withPorts(
        to,
        lines.map((line) => line[far]),
      ),
    ]
    return `${ends[0]} is connected to ${ends[1]}${lines.length > 1 ? ` by ${lines.length} lines` : ''}`
  }
  const { along, back } = words[tie.type]
  return `${named(from)} ${isAlong ? along : back} ${named(to)}`
}
