import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { Check, CopyX, MonitorSmartphone, Network, Users, type LucideIcon } from 'lucide-react'
import type { Finding } from '#features/hosts/host-shapes.ts'
import { api } from '../api.ts'
import { useMay } from '../session.ts'
import { IconButton } from '../ui/button.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { sayFailed } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { findingWords } from './finding-words.ts'
import { OwnLink } from './own-link.tsx'

export const findingIcons: Record<Finding['kind'], LucideIcon> = {
  'new-device': MonitorSmartphone,
  'new-mac': Network,
  'address-conflict': CopyX,
  'identity-conflict': Users,
}

/** Reads again what tells of findings. */
export const refreshFindings = (client: QueryClient) =>
  Promise.all(['findings', 'overview'].map((name) => client.invalidateQueries({ queryKey: [name] })))

/** One finding, and that one has seen it. */
export function FindingRow({ finding }: { finding: Finding }) {
  const mayReview = useMay('hosts.review')
  const client = useQueryClient()
  const resolve = useAction(async () => {
    await api.post(`/findings/${finding.id}/resolve`).catch(sayFailed)
    await refreshFindings(client)
  })
  const Icon = findingIcons[finding.kind]
  const conflict = finding.kind.endsWith('conflict')
  const sentence = findingWords(finding)
  return (
    <li className="flex items-center gap-2.5 py-1 pr-2 pl-4">
      <Icon size={15} className={`shrink-0 ${conflict ? 'text-warn' : 'text-muted'}`} aria-hidden />
      <span className="min-w-0 grow py-1 break-words">
        <OwnLink href={placeOf(finding)}>{sentence}</OwnLink>
      </span>
      <TimeAgo at={finding.createdAt} className="shrink-0 text-xs whitespace-nowrap text-muted" />
      {mayReview ? (
        <IconButton
          label={`Seen: ${sentence}`}
          title="I have seen it"
          icon={Check}
          className="size-7"
          disabled={resolve.busy}
          onClick={() => void resolve.run()}
        />
      ) : null}
    </li>
  )
}

/** Where one sees what a finding is about. */
function placeOf({ kind, subject, device, detail }: Finding): string {
  const query = (q: string) => `/hosts?${new URLSearchParams({ q, status: 'all' }).toString()}`
  if (kind === 'address-conflict') return query(`ip:${subject}`)
  if (kind === 'new-mac' && typeof detail['mac'] === 'string') return query(`mac:${detail['mac']}`)
  return device === null ? '/hosts' : `/devices/${device.id}`
}
