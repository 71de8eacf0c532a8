import type { VolumeItem } from '#features/volumes/volume-shapes.ts'

type VolumeType = VolumeItem['volumeType']

export const volumeTypeNames: Readonly<Record<VolumeType, string>> = {
  lun: 'LUN',
  filesystem: 'File system',
  volume: 'Volume',
  qtree: 'Quota tree',
  datastore: 'Datastore',
  pool: 'Pool',
}

export const volumeTypes = Object.keys(volumeTypeNames) as VolumeType[]

/** What is unusual about a volume, in a few words: `mirror`, `gone`. */
export const volumeMarks = ({ status, copy }: VolumeItem): string[] => [
  ...(status === 'inactive' ? ['gone'] : []),
  ...(copy === null ? [] : [copy]),
]

/** How full volumes may be asked for, in percent, as the address has it. */
export const fills = [
  ['70', 'Over 70 % full'],
  ['85', 'Over 85 % full'],
  ['95', 'Over 95 % full'],
] as const

/** What lists of volumes can be ordered by, as the address has it. */
export const volumeSorts = [
  ['-used', 'Fullest first'],
  ['free', 'Least free first'],
  ['-capacity', 'Largest first'],
  ['name', 'By name'],
] as const

/** How much of the space there is was promised, in percent. */
export const promisedShare = (promised: number, there: number): number | undefined =>
  there > 0 ? Math.round((promised / there) * 100) : undefined
