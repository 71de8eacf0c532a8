import { formatNumber } from '../format.ts'
import type { OpenFindings } from '../inventory-types.ts'
import { Panel } from '../ui/page.tsx'
import { FindingGroup } from './finding-group.tsx'

/** New machines and contradictions, until somebody has looked at them. */
export function FindingsPanel({ open }: { open: readonly OpenFindings[] }) {
  if (open.length === 0) return null
  const total = open.reduce((sum, { count }) => sum + count, 0)
  return (
    <Panel title={`New and odd (${formatNumber(total)})`}>
      <div className="divide-y">
        {open.map((each) => (
          <FindingGroup key={each.kind} open={each} />
        ))}
      </div>
    </Panel>
  )
}
