import { Panel } from '../ui/page.tsx'
import { ClaimLine } from './claim-line.tsx'
import { PrefixLink } from './prefix-link.tsx'
import type { AddressItem, PrefixDetail } from './prefix-types.ts'

interface ProblemsPanelProps {
  prefix: PrefixDetail
  /** The addresses that are there by now: whose conflict is explained names its machines. */
  items: readonly AddressItem[]
}

const advice = {
  'two-devices': 'One of them has it wrongly, or they are one machine: compare their MAC addresses.',
  'two-masks':
    'One interface has the wrong mask: it reaches too few of its neighbours, or asks for too many.',
  'mask-differs': 'Compare the interfaces of both; where both networks are meant, list them in your plan.',
} as const

/** What is not right in a prefix, what that means, and who is involved. */
export function ProblemsPanel({ prefix: { prefix, vrf, problems, conflicts }, items }: ProblemsPanelProps) {
  if (problems.length === 0) return null
  const claims = new Map(items.map((item) => [item.address, item.claims]))
  return (
    <Panel title={`Conflicts (${conflicts})`}>
      <ul aria-label="Conflicts" className="divide-y">
        {problems.map(({ kind, address, text }) => (
          <li key={`${kind} ${address}`} className="px-4 py-2">
            <p className="text-bad">{text}</p>
            {(claims.get(address) ?? []).map((claim) => (
              <ClaimLine key={`${claim.device} ${claim.host} ${claim.port}`} claim={claim} />
            ))}
            <p className="text-xs text-muted">
              {advice[kind]}
              {kind === 'mask-differs' && address !== prefix ? (
                <>
                  {' '}
                  <PrefixLink prefix={address} vrf={vrf} />
                </>
              ) : null}
            </p>
          </li>
        ))}
      </ul>
      {conflicts > problems.length ? (
        <p className="border-t px-4 py-2 text-xs text-muted">The first {problems.length} are shown.</p>
      ) : null}
    </Panel>
  )
}
