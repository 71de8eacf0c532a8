import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { Plus, Route, Waypoints, X } from 'lucide-react'
import { api } from '../api.ts'
import { deviceTypeIcons } from '../device-words.ts'
import type { DeviceRelationship } from '../inventory-types.ts'
import { buttonClass, IconButton } from '../ui/button.tsx'
import { Panel } from '../ui/page.tsx'
import { DeviceState } from '../ui/status-badges.tsx'
import { sayFailed } from '../ui/toaster.tsx'
import { refreshDevice } from './device-query.ts'
import { RelationshipDialog } from './relationship-dialog.tsx'
import { groupedRelationships } from './relationship-words.ts'

const atFirst = 8

interface RelationshipsPanelProps {
  deviceId: number
  relationships: readonly DeviceRelationship[]
  mayChange: boolean
}

/** What the device runs on, hosts, connects to, backs up and manages. */
export function RelationshipsPanel({ deviceId, relationships, mayChange }: RelationshipsPanelProps) {
  const [open, setOpen] = useState(false)
  if (relationships.length === 0 && !mayChange) return null
  return (
    <Panel
      title="Relationships"
      actions={
        mayChange ? <IconButton label="Add a relationship" icon={Plus} onClick={() => setOpen(true)} /> : null
      }
    >
      {relationships.length === 0 ? <p className="px-4 py-3 text-muted">None is known.</p> : null}
      {groupedRelationships(relationships).map(({ side, words, members }) => (
        <Group key={side} title={words} members={members} mayChange={mayChange} />
      ))}
      {relationships.length === 0 ? null : <Ways deviceId={deviceId} />}
      {open ? <RelationshipDialog deviceId={deviceId} onClose={() => setOpen(false)} /> : null}
    </Panel>
  )
}

/** Where the same is drawn, and where the way to another device is found. */
function Ways({ deviceId }: { deviceId: number }) {
  const around = String(deviceId)
  return (
    <div className="flex flex-wrap gap-1 border-t px-2 py-1.5">
      <Link to="/topology" search={{ around, pick: around }} className={buttonClass('quiet')}>
        <Waypoints size={15} aria-hidden /> Show around it
      </Link>
      <Link to="/topology" search={{ around, from: around }} className={buttonClass('quiet')}>
        <Route size={15} aria-hidden /> How is this connected to…
      </Link>
    </div>
  )
}

interface GroupProps {
  title: string
  members: readonly DeviceRelationship[]
  mayChange: boolean
}

function Group({ title, members, mayChange }: GroupProps) {
  const [all, setAll] = useState(false)
  const shown = all ? members : members.slice(0, atFirst)
  return (
    <section aria-label={title} className="border-b px-4 py-2 last:border-b-0">
      <h3 className="text-xs text-muted">
        {title}
        {members.length > 1 ? ` (${members.length})` : ''}
      </h3>
      <ul>
        {shown.map((member) => (
          <Member key={member.id} member={member} mayChange={mayChange} />
        ))}
      </ul>
      {members.length > atFirst ? (
        <button type="button" className="text-xs text-accent hover:underline" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${members.length}`}
        </button>
      ) : null}
    </section>
  )
}

function Member({ member, mayChange }: { member: DeviceRelationship; mayChange: boolean }) {
  const { device, source } = member
  const Icon = deviceTypeIcons[device.deviceType]
  const remove = async () => {
    try {
      await api.delete(`/relationships/${member.id}`)
      await refreshDevice()
    } catch (error) {
      sayFailed(error)
    }
  }
  return (
    <li className="flex h-8 items-center gap-2">
      <Icon size={14} className="shrink-0 text-muted" aria-hidden />
      <Link
        to="/devices/$id"
        params={{ id: String(device.id) }}
        className="min-w-0 truncate font-medium hover:text-accent hover:underline"
      >
        {device.name}
      </Link>
      <span className="ml-auto text-xs text-muted" title={`Says ${source}`}>
        <DeviceState device={device} />
      </span>
      {mayChange && source === 'manual' ? (
        <IconButton
          label={`Take back: ${device.name}`}
          icon={X}
          className="-mr-1.5 size-6"
          onClick={() => void remove()}
        />
      ) : null}
    </li>
  )
}
