import { valueText } from '#features/devices/device-text.ts'
import type { ConflictShape } from '#features/identity/conflict-list-queries.ts'
import { alignedLines } from '#kernel/aligned-lines.ts'

interface ConflictPage {
  items: readonly ConflictShape[]
  nextCursor: string | null
  total?: number | undefined
}

/** What sources contradict each other in, a claim a line: the one that counts stands first. */
export function conflictsText({ items, nextCursor, total }: ConflictPage): string {
  if (items.length === 0) return 'No source contradicts another.'
  const rows = items.flatMap(({ device, field, claims }) =>
    claims.map(({ source, value }, at) => [
      at === 0 ? `${device.name} (device ${device.id})` : '',
      at === 0 ? field : '',
      valueText(value),
      at === 0 ? `${source}, counts` : source,
    ]),
  )
  const all = total === undefined ? '' : ` of ${total.toLocaleString('en')}`
  const more =
    nextCursor === null ? '' : `, there are more: --cursor ${nextCursor} for the next, --all for everything`
  return [...alignedLines(rows), '', `${items.length.toLocaleString('en')} shown${all}${more}.`].join('\n')
}
