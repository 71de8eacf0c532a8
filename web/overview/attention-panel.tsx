import { useState } from 'react'
import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  Clock,
  Hand,
  MonitorSmartphone,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react'
import { formatNumber } from '../format.ts'
import type { Attention } from '../inventory-types.ts'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { OwnLink } from './own-link.tsx'

/** What is told by itself below. */
const findings = new Set(['new-device', 'new-mac', 'address-conflict', 'identity-conflict'])

const looks: Record<string, [icon: LucideIcon, tone: string]> = {
  alert: [CircleAlert, 'text-bad'],
  'run-waiting': [TriangleAlert, 'text-warn'],
  'source-failed': [CircleAlert, 'text-bad'],
  'job-failed': [CircleAlert, 'text-bad'],
  'job-waiting': [Hand, 'text-warn'],
  'source-partial': [TriangleAlert, 'text-warn'],
  'source-overdue': [Clock, 'text-warn'],
  'source-never-read': [CircleDashed, 'text-muted'],
  'hosts-pending': [MonitorSmartphone, 'text-accent'],
}
const otherwise: [LucideIcon, string] = [CircleAlert, 'text-muted']

const atFirst = 6

/** What a person should look at, the most pressing first. */
export function AttentionPanel({ attention }: { attention: readonly Attention[] }) {
  const [all, setAll] = useState(false)
  const items = attention.filter(({ kind }) => !findings.has(kind))
  const shown = all ? items : items.slice(0, atFirst)
  return (
    <Panel title="Needs attention">
      {items.length === 0 ? (
        <p className="flex items-center gap-2.5 px-4 py-3.5 text-muted">
          <CircleCheck size={16} className="text-good" aria-hidden /> Nothing: sources are read and nobody
          waits for you.
        </p>
      ) : (
        <ul className="divide-y">
          {shown.map((item) => (
            <Item key={`${item.kind}${item.message}`} item={item} />
          ))}
        </ul>
      )}
      {items.length > atFirst ? (
        <button
          type="button"
          aria-expanded={all}
          onClick={() => setAll(!all)}
          className="w-full border-t px-4 py-1.5 text-left text-xs text-accent hover:underline"
        >
          {all ? 'Show fewer' : `${formatNumber(items.length - atFirst)} more`}
        </button>
      ) : null}
    </Panel>
  )
}

function Item({ item: { kind, message, link, at } }: { item: Attention }) {
  const [Icon, tone] = looks[kind] ?? otherwise
  return (
    <li className="flex items-start gap-2.5 px-4 py-2">
      <Icon size={16} className={`mt-0.5 shrink-0 ${tone}`} aria-hidden />
      <span className="min-w-0 grow break-words">
        {link === null ? message : <OwnLink href={link}>{message}</OwnLink>}
      </span>
      <TimeAgo at={at} className="shrink-0 pt-px text-xs whitespace-nowrap text-muted" />
    </li>
  )
}
