import { useState } from 'react'
import { Panel } from '../ui/page.tsx'
import { ClaimLine } from './claim-line.tsx'
import type { AddressItem, PrefixDetail } from './prefix-types.ts'

interface ProblemsPanelProps {
  prefix: PrefixDetail
  /** The addresses that are there by now: whose conflict is explained names its machines. */
  items: readonly AddressItem[]
}

const atFirst = 3

const advice = {
  'two-devices': 'One of them has it wrongly, or they are one machine: compare their MAC addresses.',
  'two-masks':
    'One interface has the wrong mask: it reaches too few of its neighbours, or asks for too many.',
  'mask-differs': 'Compare the interfaces of both; where both networks are meant, list them in your plan.',
} as const

/** What is not right in a prefix, what that means, and who is involved. */
export function ProblemsPanel({ prefix: { problems, conflicts }, items }: ProblemsPanelProps) {
  const [all, setAll] = useState(false)
  if (problems.length === 0) return null
  const shown = all ? problems : problems.slice(0, atFirst)
  const claims = new Map(items.map((item) => [item.address, item.claims]))
  return (
    <Panel title={`Conflicts (${conflicts})`}>
      <ul aria-label="Conflicts" className="divide-y">
        {shown.map(({ kind, address, text }, at) => (
          <li key={`${kind} ${address}`} className="px-4 py-2">
            <p className="text-bad">{text}</p>
            {(claims.get(address) ?? []).map((claim) => (
              <ClaimLine key={`${claim.device} ${claim.host} ${claim.port}`} claim={claim} />
            ))}
            {shown.findIndex((other) => other.kind === kind) === at ? (
              <p className="text-xs text-muted">{advice[kind]}</p>
            ) : null}
          </li>
        ))}
      </ul>
      {problems.length > atFirst ? (
        <div className="flex flex-wrap gap-x-3 border-t px-4 py-1.5 text-xs">
          <button
            type="button"
            aria-expanded={all}
            onClick={() => setAll(!all)}
            className="text-accent hover:underline"
          >
            {all
              ? 'Show fewer'
              : `Show ${conflicts > problems.length ? 'the first' : 'all'} ${problems.length}`}
          </button>
        </div>
      ) : null}
    </Panel>
  )
}
