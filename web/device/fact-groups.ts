import type { SourcedFact } from '#features/inventory/device-shapes.ts'
import { factLabel } from '../changes/diff-lines.ts'
import { deviceTypeName } from '../device-words.ts'
import { formatValue } from '../format.ts'

/** Facts that belong together, under a heading. */
export interface FactGroup {
  title: string
  facts: readonly SourcedFact[]
}

const order = 'name deviceType status address os vendor model serial site rack owner driver'.split(' ')

/**
 * The facts in groups: the device's own in their usual order, what people added, then what each source adds.
 * Those of the virtual machine have a place of their own.
 */
export function factGroups(facts: readonly SourcedFact[]): FactGroup[] {
  const own = facts.filter(({ name }) => !name.includes('/'))
  const custom = facts.filter(({ name }) => name.startsWith('custom/'))
  const bySource = Map.groupBy(
    facts.filter(({ name }) => name.startsWith('metadata/')),
    ({ name }) => name.split('/')[1]!,
  )
  return [
    { title: 'Facts', facts: own.toSorted((left, right) => place(left.name) - place(right.name)) },
    { title: 'Custom fields', facts: custom },
    ...[...bySource].map(([source, added]) => ({ title: `Also from ${source}`, facts: added })),
  ].filter((group) => group.facts.length > 0)
}

const place = (name: string): number => {
  const index = order.indexOf(name)
  return index < 0 ? order.length : index
}

export const labelOf = ({ name }: Pick<SourcedFact, 'name'>): string => factLabel(name)

/** The value as people read it. */
export function factText(name: string, value: unknown): string {
  if (name === 'deviceType' && typeof value === 'string') return deviceTypeName(value)
  return formatValue(value)
}

/** Whether a fact reads better in letters of one width. */
export const isCode = (name: string): boolean =>
  /^(address|serial)$/.test(name) || /(uuid|mac|serial|address)/i.test(name.split('/').at(-1)!)
