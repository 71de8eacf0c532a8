import { useEffect, useState } from 'react'
import { Link } from '@tanstack/react-router'
import { CircleCheck, LoaderCircle } from 'lucide-react'
import { api } from '../api.ts'
import { hearEvents } from '../events.ts'
import { counted, formatAgo } from '../format.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { CopyText } from '../ui/copy-text.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { SelectField } from '../ui/field.tsx'
import { useAction } from '../use-action.ts'
import { InstallTabs } from './install-tabs.tsx'

interface Invited {
  token: string
  invite: { expiresAt: string }
}

/** How a machine becomes a server, and a place to see it arrive. */
export function AddServerDialog({ onClose }: { onClose(): void }) {
  return (
    <Dialog
      open
      onClose={onClose}
      wide
      title="Add a server"
      description="It reports by itself: nothing has to reach it from here."
    >
      <div className="flex flex-col gap-4">
        <InstallTabs agent={<AgentWay />} />
        <Arrivals onClose={onClose} />
      </div>
    </Dialog>
  )
}

function AgentWay() {
  const [uses, setUses] = useState('1')
  const [invited, setInvited] = useState<Invited>()
  const action = useAction(async () =>
    setInvited(await api.post<Invited>('/agents/invites', { uses: Number(uses) })),
  )
  if (invited === undefined)
    return (
      <>
        <p>One line installs the agent on a Linux machine as a service. It needs a one-time token.</p>
        <div className="flex flex-wrap items-end gap-3">
          <SelectField
            label="For"
            value={uses}
            onChange={(event) => setUses(event.target.value)}
            options={['1', '5', '25', '100'].map((value) => ({
              value,
              label: counted(Number(value), 'machine'),
            }))}
          />
          <Button look="primary" busy={action.busy} onClick={() => void action.run()}>
            Make the command
          </Button>
        </div>
        <ErrorLine error={action.error} />
      </>
    )
  return (
    <>
      <p>Run this as root on {uses === '1' ? 'the machine' : `up to ${uses} machines`}:</p>
      <CopyText
        text={`curl -fsSL ${location.origin}/agent/install.sh | sh -s -- --token ${invited.token}`}
        label="the command"
      />
      <p className="text-xs text-muted">
        The token is shown only here and ends {formatAgo(invited.invite.expiresAt)}.
      </p>
    </>
  )
}

/** Waits for servers that are heard from now on. */
function Arrivals({ onClose }: { onClose(): void }) {
  const [arrived, setArrived] = useState<readonly string[]>([])
  useEffect(
    () =>
      hearEvents(({ topic, data }) => {
        if (topic !== 'server.changed' || data['status'] !== 'online') return
        const id = String(data['id'])
        setArrived((before) => (before.includes(id) ? before : [...before, id]))
      }),
    [],
  )
  return (
    <output className="flex min-h-11 flex-wrap items-center gap-2 rounded-md border border-dashed px-3 py-2">
      {arrived.length === 0 ? (
        <>
          <LoaderCircle size={15} className="animate-spin text-muted" aria-hidden />
          <span className="text-muted">Waiting for the first heartbeat…</span>
        </>
      ) : (
        arrived.map((id) => (
          <span key={id} className="inline-flex items-center gap-2">
            <CircleCheck size={15} className="text-good" aria-hidden />
            <strong className="font-medium">{id}</strong> answered.
            <Link to="/servers/$id" params={{ id }} className={buttonClass('plain')} onClick={onClose}>
              Open {id}
            </Link>
          </span>
        ))
      )}
    </output>
  )
}
