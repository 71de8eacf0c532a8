import { valueText } from '#features/devices/device-text.ts'
import type { RecordSide } from '#features/identity/record-sides.ts'
import { alignedLines } from '#kernel/aligned-lines.ts'
import type { Review } from '#features/identity/review-shapes.ts'

/** Two records side by side as a person reads them, with what agrees and what differs. */
export function reviewText({ id, kind, score, left, right, compared, words, ...review }: Review): string {
  const rows = compared.map(({ field, verdict, ...said }) => [
    field,
    valueText(said.left) || '-',
    valueText(said.right) || '-',
    verdict,
  ])
  const { resolution, resolvedBy, resolvedAt } = review
  return [
    `review ${id}: ${kind}, ${Math.round(score * 100)} % alike${
      resolution === null ? '' : `; ${resolution} by ${resolvedBy} at ${resolvedAt}`
    }`,
    ...alignedLines(
      [
        ['left', ...sideCells(left)],
        ['right', ...sideCells(right)],
      ],
      '  ',
    ),
    '',
    ...alignedLines(rows, '  '),
    ...(words.length === 0 ? [] : ['', ...words.map((each) => `  ${each}`)]),
  ].join('\n')
}

const sideCells = ({ name, source, sourceId, isHeld, device }: RecordSide): string[] => [
  name,
  `${sourceId} of ${source}${isHeld ? '' : ', missing'}`,
  device === null ? 'no device' : `device ${device.id}`,
]
