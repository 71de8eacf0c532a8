import { useRouter } from '@tanstack/react-router'
import {
  CalendarClock,
  CircleAlert,
  CircleCheck,
  CirclePause,
  Fingerprint,
  MonitorSmartphone,
  Network,
  Plus,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react'
import type { Attention } from '../inventory-types.ts'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'

type Look = readonly [icon: LucideIcon, color: string]

const usual: Look = [CircleAlert, 'text-warn']
const looks: Readonly<Record<string, Look>> = {
  'hosts-pending': [MonitorSmartphone, 'text-warn'],
  'new-device': [Plus, 'text-accent'],
  'new-mac': [Network, 'text-accent'],
  'address-conflict': [TriangleAlert, 'text-bad'],
  'identity-conflict': [Fingerprint, 'text-bad'],
  'run-waiting': [CirclePause, 'text-warn'],
  'source-failed': [CircleAlert, 'text-bad'],
  'source-partial': [TriangleAlert, 'text-warn'],
  'source-never-read': [CalendarClock, 'text-muted'],
  'source-overdue': [CalendarClock, 'text-warn'],
  'job-failed': [CircleAlert, 'text-bad'],
}

/** What a person should look at, the most pressing first. */
export function AttentionPanel({ attention }: { attention: readonly Attention[] }) {
  return (
    <div id="attention" className="scroll-mt-4">
      <Panel title={attention.length === 0 ? 'Needs attention' : `Needs attention (${attention.length})`}>
        {attention.length === 0 ? (
          <p className="flex items-center gap-2 px-4 py-5 text-muted">
            <CircleCheck size={16} className="text-good" aria-hidden /> Nothing. Sources are read, hosts are
            reviewed, and nothing contradicts itself.
          </p>
        ) : (
          <ul className="max-h-96 divide-y overflow-y-auto">
            {attention.map((each) => (
              <AttentionItem key={`${each.kind} ${each.message}`} attention={each} />
            ))}
          </ul>
        )}
      </Panel>
    </div>
  )
}

function AttentionItem({ attention: { kind, message, link, at } }: { attention: Attention }) {
  const router = useRouter()
  const [Icon, color] = looks[kind] ?? usual
  const content = (
    <>
      <Icon size={15} className={`mt-0.5 shrink-0 ${color}`} aria-hidden />
      <span className="min-w-0 grow break-words">{message}</span>
      <TimeAgo at={at} className="pt-px text-xs whitespace-nowrap text-muted" />
    </>
  )
  if (link === null) return <li className="flex items-start gap-2.5 px-4 py-2">{content}</li>
  return (
    <li>
      <a
        href={link}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return
          event.preventDefault()
          router.history.push(link)
        }}
        className="flex items-start gap-2.5 px-4 py-2 hover:bg-sunken/60 focus-visible:outline-offset-[-2px]"
      >
        {content}
      </a>
    </li>
  )
}
