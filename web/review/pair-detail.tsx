import { Link } from '@tanstack/react-router'
import type { Comparison, RecordSide } from '#features/identity/record-sides.ts'
import type { Review } from '#features/identity/review-shapes.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { TimeAgo } from '../ui/time-ago.tsx'
import {
  comparedLabel,
  comparedLines,
  decisionsOf,
  decisionWords,
  kindNames,
  kindTones,
  percent,
  questions,
  verdicts,
  type Decision,
} from './review-words.ts'

interface PairDetailProps {
  review: Review
  mayDecide: boolean
  onDecide(decision: Decision): void
}

/** Two records side by side: what agrees, what differs, what only one says. */
export function PairDetail({ review, mayDecide, onDecide }: PairDetailProps) {
  const { kind, score, left, right, compared, words, createdAt } = review
  return (
    <section aria-label="The pair" className="flex min-w-0 flex-col gap-3 p-4">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={kindTones[kind]}>{kindNames[kind]}</Badge>
        <h2 className="font-semibold">{questions[kind]}</h2>
        <span className="text-xs text-muted">
          {percent(score)} alike · in doubt since <TimeAgo at={createdAt} />
        </span>
      </div>
      {mayDecide ? (
        <div className="flex flex-wrap gap-2">
          {decisionsOf(review).map((decision, index) => (
            <Button
              key={decision}
              look={index === 0 ? 'primary' : 'plain'}
              title={decisionWords[decision].key}
              onClick={() => onDecide(decision)}
            >
              {decisionWords[decision].verb}
              <kbd className="rounded border border-current px-1 text-2xs opacity-80">
                {decisionWords[decision].key}
              </kbd>
            </Button>
          ))}
        </div>
      ) : null}
      <div className="overflow-x-auto rounded-lg border">
        <table className="w-full min-w-120 table-fixed text-left" aria-label="Side by side">
          <colgroup>
            <col className="w-30" />
            <col />
            <col />
            <col className="w-28" />
          </colgroup>
          <thead className="border-b bg-sunken align-top">
            <tr>
              <th scope="col" className="px-3 py-2 font-normal text-muted">
                Record
              </th>
              {[left, right].map((side) => (
                <th key={side.recordId} scope="col" className="px-3 py-2 font-normal">
                  <Side side={side} />
                </th>
              ))}
              <th scope="col" className="px-3 py-2 font-normal text-muted">
                Verdict
              </th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line/60 align-top">
            {compared.map((each) => (
              <ComparedRow key={each.field} compared={each} />
            ))}
          </tbody>
        </table>
      </div>
      {words.length > 0 ? (
        <div>
          <h3 className="mb-1 text-xs font-semibold text-muted">What the rules weighed</h3>
          <ul className="list-disc pl-5 text-sm">
            {words.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </div>
      ) : null}
    </section>
  )
}

function Side({ side }: { side: RecordSide }) {
  const { source, sourceId, isHeld, device } = side
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex flex-wrap items-center gap-1.5">
        <span className="font-medium">{source}</span>
        {isHeld ? null : <Badge tone="bad">missing</Badge>}
      </span>
      <span className="font-mono text-xs break-all text-muted">{sourceId}</span>
      {device === null ? (
        <span className="text-xs text-muted">no device</span>
      ) : (
        <Link
          to="/devices/$id"
          params={{ id: String(device.id) }}
          className="truncate text-xs text-accent hover:underline"
        >
          {device.name} (device {device.id})
        </Link>
      )}
    </span>
  )
}

function ComparedRow({ compared }: { compared: Comparison }) {
  const { field, left, right, verdict } = compared
  const { word, tone } = verdicts[verdict]
  return (
    <tr>
      <th scope="row" className="px-3 py-1.5 font-normal text-muted">
        {comparedLabel(field)}
      </th>
      {[left, right].map((value, index) => (
        <td key={index === 0 ? 'left' : 'right'} className="px-3 py-1.5">
          {comparedLines(field, value).map((line) => (
            <span
              key={line}
              className={classNames(
                'block break-words',
                /^(ids|macs|serial)$/.test(field) && 'font-mono text-xs',
              )}
            >
              {line}
            </span>
          ))}
        </td>
      ))}
      <td className="px-3 py-1.5">
        <Badge tone={tone}>{word}</Badge>
      </td>
    </tr>
  )
}
