import type { DeviceDetail, SourcedFact } from '#features/inventory/device-shapes.ts'
import { alignedLines } from '#kernel/aligned-lines.ts'
import type { Json } from '#kernel/json.ts'

/** A device as a person reads it: what is known, who says so and who says otherwise, and why its records are one. */
export function deviceText(device: DeviceDetail): string {
  const { id, name, deviceType, status, asOf, addresses, tags, firstSeen, lastSeen, retiredAt } = device
  const head = `${name} (device ${id}): ${deviceType}, ${status}`
  return [
    asOf === null ? head : `${head}, as it was at ${asOf}`,
    ...alignedLines(
      [
        ['seen', `${firstSeen} to ${lastSeen}`],
        ...(retiredAt === null ? [] : [['retired', retiredAt]]),
        ...(addresses.length < 2 ? [] : [['addresses', addresses.join(', ')]]),
        ...(tags.length === 0 ? [] : [['tags', tags.join(', ')]]),
      ],
      '  ',
    ),
    ...section('facts', device.facts.flatMap(factRows)),
    ...section('interfaces', device.interfaces.map(interfaceRow)),
    ...section('relationships', device.relationships.map(relationshipRow)),
    ...section(
      'volumes',
      device.volumes.map(({ id: volume, name: called, volumeType }) => [
        called,
        volumeType ?? '',
        `volume ${volume}`,
      ]),
    ),
    ...recordLines(device.records),
  ].join('\n')
}

const section = (title: string, rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0 ? [] : ['', title, ...alignedLines(rows, '  ')]

/** The value with who says it and why that counts; under it what others say. */
function factRows({ name, value, source, reason, isConflict, others }: SourcedFact): string[][] {
  const why = reason === null ? source : `${source}: ${reason}`
  const told = others.map((other) => ['', valueText(other.value), `says ${other.source}`])
  return [[name, valueText(value), isConflict ? `${why}; sources disagree` : why], ...told]
}

/** One value in one line: lists by what their members are called. */
export function valueText(value: Json): string {
  if (value === null) return ''
  if (Array.isArray(value)) return value.map(valueText).join(', ')
  if (typeof value !== 'object') return String(value)
  return typeof value['name'] === 'string' ? value['name'] : JSON.stringify(value)
}

const interfaceRow = ({ name, mac, addresses, status }: DeviceDetail['interfaces'][number]): string[] => [
  name,
  mac ?? '',
  addresses.join(', '),
  status ?? '',
]

const words = {
  'hosts/parent': 'runs on',
  'hosts/child': 'hosts',
  'connects_to/parent': 'connected to',
  'connects_to/child': 'connected to',
  'backs_up/parent': 'backed up by',
  'backs_up/child': 'backs up',
  'manages/parent': 'managed by',
  'manages/child': 'manages',
} as const

const relationshipRow = ({
  id,
  type,
  other,
  device,
  source,
}: DeviceDetail['relationships'][number]): string[] => [
  words[`${type}/${other}`],
  `${device.name} (device ${device.id})`,
  `says ${source}`,
  `relationship ${id}`,
]

/** The records with why each is of this device: what a split or a merge is decided by. */
function recordLines(records: DeviceDetail['records']): string[] {
  if (records.length === 0) return []
  return [
    '',
    'why one device',
    ...records.flatMap(({ id, source, sourceId, lastSeen, missingSince, evidence, score, decidedBy }) => [
      ...alignedLines(
        [
          [
            `record ${id}: ${sourceId} of ${source}${missingSince === null ? `, seen ${lastSeen}` : `, missing since ${missingSince}`}`,
          ],
        ],
        '  ',
      ),
      ...alignedLines([...evidence.map((each) => [each]), [decidedText(decidedBy, score)]], '    '),
    ]),
  ]
}

/** What a person said, and what the device began with, was not weighed. */
function decidedText(by: string, score: number): string {
  if (!by.startsWith('rule:')) return `decided by ${by}`
  return by === 'rule:own-device' ? by : `${by}, ${Math.round(score * 100)} % sure`
}
