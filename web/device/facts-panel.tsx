import { useState } from 'react'
import type { SourcedFact } from '#features/inventory/device-shapes.ts'
import { classNames } from '../ui/class-names.ts'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { factGroups, factText, isCode, labelOf, type FactGroup } from './fact-groups.ts'

const atFirst = 12

interface FactsPanelProps {
  facts: readonly SourcedFact[]
  /** Takes back what was entered by hand; not there when nothing may be changed. */
  onTakeBack: ((fact: string) => void) | undefined
}

/** Every fact, who says so and how long ago, and what others say instead. */
export function FactsPanel({ facts, onTakeBack }: FactsPanelProps) {
  return factGroups(facts).map((group) => (
    <GroupPanel key={group.title} group={group} onTakeBack={onTakeBack} />
  ))
}

function GroupPanel({ group, onTakeBack }: { group: FactGroup; onTakeBack: FactsPanelProps['onTakeBack'] }) {
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
            <FactRow key={fact.name} fact={fact} onTakeBack={onTakeBack} />
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

function FactRow({ fact, onTakeBack }: { fact: SourcedFact; onTakeBack: FactsPanelProps['onTakeBack'] }) {
  const { name, value, source, seenAt, others } = fact
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
        {others.map((other) => (
          <span
            key={other.source}
            className="mt-0.5 flex flex-wrap items-baseline gap-x-1.5 text-xs text-warn"
          >
            <span>{other.source} says</span>
            <span className={classNames('break-words', isCode(name) && 'font-mono')}>
              {factText(name, other.value)}
            </span>
            <TimeAgo at={other.seenAt} className="text-muted" />
          </span>
        ))}
      </td>
      <td className="py-1.5 pr-4 text-right text-xs text-muted">
        {mayTakeBack ? (
          <button
            type="button"
            onClick={() => onTakeBack(name)}
            title="Take back what was entered, and believe the sources"
            className="mr-2 text-accent hover:underline"
          >
            take back
          </button>
        ) : null}
        {source === 'rollcall' ? (
          'worked out'
        ) : (
          <>
            <span className="text-ink/80">{source === 'manual' ? 'by hand' : source}</span>
            {' · '}
            <TimeAgo at={seenAt} className="whitespace-nowrap" />
          </>
        )}
      </td>
    </tr>
  )
}
