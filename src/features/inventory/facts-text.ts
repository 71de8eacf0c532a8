import type { MachineFact } from '#features/inventory/fact-operations.ts'
import type { Json } from '#kernel/json.ts'

interface FactPage {
  items: readonly MachineFact[]
  nextCursor: string | null
  total?: number | undefined
}

/** Facts as people look them up: one value a line under its path (`os.release.major`), by who heard it. */
export function factsText({ items, nextCursor, total }: FactPage): string {
  if (items.length === 0) return 'It told nothing of itself.'
  const groups = Map.groupBy(items, ({ source, system }) => `${source} (${system})`)
  const parts = [...groups].map(([heard, facts]) => {
    const told = facts.map(({ collectedAt }) => collectedAt).toSorted()
    const lines = facts.flatMap(({ name, value }) => leavesOf(name, value))
    const width = Math.max(0, ...lines.map(([path]) => path.length))
    return [
      `${heard}, told ${told.at(-1)}`,
      ...lines.map(([path, value]) => `  ${path.padEnd(width)}  ${value}`.trimEnd()),
    ].join('\n')
  })
  const all = total === undefined ? '' : ` of ${total.toLocaleString('en')}`
  const more =
    nextCursor === null ? '' : `, there are more: --cursor ${nextCursor} for the next, --all for everything`
  return [...parts, `${items.length.toLocaleString('en')} facts shown${all}${more}.`].join('\n\n')
}

function leavesOf(path: string, value: Json): [path: string, value: string][] {
  if (value === null || typeof value !== 'object') return [[path, String(value)]]
  if (Array.isArray(value)) {
    const isPlain = value.every((each) => each === null || typeof each !== 'object')
    if (isPlain) return [[path, value.map(String).join(', ')]]
    return value.flatMap((each, index) => leavesOf(`${path}[${index}]`, each))
  }
  return Object.entries(value).flatMap(([name, each]) => leavesOf(`${path}.${name}`, each))
}
