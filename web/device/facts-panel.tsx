import { useState } from 'react'
import { Lock } from 'lucide-react'
import type { SourcedFact } from '#features/inventory/device-shapes.ts'
import { Badge } from '../ui/badge.tsx'
import { classNames } from '../ui/class-names.ts'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { factGroups, factText, isCode, labelOf, type FactGroup } from './fact-groups.ts'

const atFirst = 12

interface FactsPanelProps {
  facts: readonly SourcedFact[]
  /** Takes back what was entered by hand; not there when nothing may be changed. */
  onTakeBack: ((fact: string) => void) | undefined
  /** Says whom to believe; not there when nothing may be changed. */
  belief: Belief | undefined
}

/** What a person can say about a field. */
export interface Belief {
  lock(field: string, value: SourcedFact['value']): void
  believe(field: string, source: string): void
  forget(ruleId: number): void
}

type RowProps = Omit<FactsPanelProps, 'facts'>

/** Every fact, who says so and how long ago, and what others say instead. */
export function FactsPanel({ facts, ...rest }: FactsPanelProps) {
  return factGroups(facts).map((group) => <GroupPanel key={group.title} group={group} {...rest} />)
}

function GroupPanel({ group, ...rest }: RowProps & { group: FactGroup }) {
  const [all, setAll] = useState(false)
  const { title, facts } = group
  const shown = all ? facts : facts.slice(0, atFirst)
  return (
    <Panel title={title}>
      <table className="w-full table-fixed text-left" aria-label={title}>
        <colgroup>
          <col className="w-32 sm:w-44" />
          <col />
          <col className="w-32 sm:w-52" />
        </colgroup>
        <thead className="sr-only">
          <tr>
            <th scope="col">Fact</th>
            <th scope="col">Value</th>
            <th scope="col">Source</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line/60">
          {shown.map((fact) => (
            <FactRow key={fact.name} fact={fact} {...rest} />
          ))}
        </tbody>
      </table>
      {facts.length > atFirst ? (
        <div className="border-t px-4 py-1.5">
          <button
            type="button"
            aria-expanded={all}
            onClick={() => setAll(!all)}
            className="text-xs text-accent hover:underline"
          >
            {all ? 'Show fewer' : `Show all ${facts.length}`}
          </button>
        </div>
      ) : null}
    </Panel>
  )
}

function FactRow({ fact, onTakeBack, belief }: RowProps & { fact: SourcedFact }) {
  const { name, value, source, seenAt, reason, ruleId, isConflict, others } = fact
  const isLocked = reason?.startsWith('locked') === true
  const mayRule = belief !== undefined && reason !== null
  const mayTakeBack = source === 'manual' && onTakeBack !== undefined && !name.includes('/')
  return (
    <tr className="align-baseline">
      <th scope="row" className="truncate py-1.5 pr-2 pl-4 font-normal text-muted">
        {labelOf(fact)}
      </th>
      <td className="py-1.5 pr-2">
        <span className={classNames('break-words', isCode(name) ? 'font-mono text-xs' : 'font-medium')}>
          {factText(name, value)}
        </span>
        {isConflict ? (
          <Badge tone="warn" className="ml-2">
            sources disagree
          </Badge>
        ) : null}
        {others.map((other) => (
          <span
            key={other.recordId}
            className="mt-0.5 flex flex-wrap items-baseline gap-x-1.5 text-xs text-warn"
          >
            <span>{other.source} says</span>
            <span className={classNames('break-words', isCode(name) && 'font-mono')}>
              {factText(name, other.value)}
            </span>
            <TimeAgo at={other.seenAt} className="text-muted" />
            {mayRule && other.source !== 'manual' ? (
              <SmallButton onClick={() => belief.believe(name, other.source)}>believe</SmallButton>
            ) : null}
          </span>
        ))}
      </td>
      <td className="py-1.5 pr-4 text-right text-xs text-muted">
        {mayTakeBack ? (
          <SmallButton
            title="Take back what was entered, and believe the sources"
            onClick={() => onTakeBack(name)}
          >
            take back
          </SmallButton>
        ) : null}
        {mayRule ? (
          ruleId !== null ? (
            <SmallButton onClick={() => belief.forget(ruleId)}>
              {isLocked ? 'unlock' : 'forget rule'}
            </SmallButton>
          ) : (
            <SmallButton onClick={() => belief.lock(name, value)}>lock</SmallButton>
          )
        ) : null}
        {isLocked ? <Lock size={11} className="mr-1 inline" aria-hidden /> : null}
        {source === 'rollcall' ? (
          'worked out'
        ) : source === 'lock' ? (
          <span className="text-ink/80">{reason}</span>
        ) : (
          <span>
            <span className="text-ink/80" title={reason ?? undefined}>
              {source === 'manual' ? 'by hand' : source}
            </span>
            {' · '}
            <TimeAgo at={seenAt} className="whitespace-nowrap" />
          </span>
        )}
      </td>
    </tr>
  )
}

function SmallButton({
  onClick,
  title,
  children,
}: {
  onClick(): void
  title?: string | undefined
  children: string
}) {
  return (
    <button
      type="button"
      onClick={onClick}
      title={title}
      className="mr-2 text-xs text-accent hover:underline"
    >
      {children}
    </button>
  )
}
