import { useState } from 'react'
import { KeyRound, KeySquare } from 'lucide-react'
import { api } from '../api.ts'
import { formatTime } from '../format.ts'
import { queryClient } from '../query-client.ts'
import { useMay } from '../session.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm.tsx'
import { CopyText } from '../ui/copy-text.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Panel } from '../ui/page.tsx'
import { sayDone } from '../ui/toaster.tsx'
import type { ServerAgent, ServerDetail } from './server-types.ts'

/** The agent of a server: its key, and how that is changed or ended. */
export function AgentPanel({ server }: { server: ServerDetail }) {
  const { agent } = server
  if (agent === null)
    return (
      <Panel>
        <EmptyState icon={KeyRound} title="It has no agent of ours">
          What it tells comes with a token: from Telegraf, Prometheus, a script or a relay.
        </EmptyState>
      </Panel>
    )
  return <Known server={server} agent={agent} />
}

function Known({ server, agent }: { server: ServerDetail; agent: ServerAgent }) {
  const mayChange = useMay('monitoring.change')
  const [open, setOpen] = useState<'rotate' | 'revoke'>()
  const [key, setKey] = useState<string>()
  const where = `/agents/${encodeURIComponent(server.id)}`
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['server', server.id] })
  const close = () => setOpen(undefined)
  return (
    <Panel
      title="Agent"
      actions={
        mayChange && agent.revokedAt === null ? (
          <>
            <Button look="quiet" icon={KeySquare} onClick={() => setOpen('rotate')}>
              New key
            </Button>
            <Button look="quiet" className="text-bad" onClick={() => setOpen('revoke')}>
              Revoke
            </Button>
          </>
        ) : null
      }
    >
      {key === undefined ? null : (
        <div className="flex flex-col gap-2 border-b px-4 py-3">
          <p>The new key, shown only now. The old one works until this one was used once.</p>
          <CopyText text={key} label="the key" />
        </div>
      )}
      <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-y-1 px-4 py-2.5">
        <dt className="text-muted">Key</dt>
        <dd className="flex flex-wrap items-center gap-2">
          <code className="font-mono text-xs">{agent.keyPrefix}…</code>
          {agent.revokedAt === null ? null : <Badge tone="bad">revoked</Badge>}
          {agent.oldKeyWorks ? <Badge tone="warn">the old key still works</Badge> : null}
        </dd>
        <dt className="text-muted">Version</dt>
        <dd>{server.agentVersion ?? '—'}</dd>
        <dt className="text-muted">Enrolled</dt>
        <dd>{formatTime(agent.enrolledAt)}</dd>
        {agent.rotatedAt === null ? null : (
          <>
            <dt className="text-muted">New key since</dt>
            <dd>{formatTime(agent.rotatedAt)}</dd>
          </>
        )}
        {agent.revokedAt === null ? null : (
          <>
            <dt className="text-muted">Revoked</dt>
            <dd>
              {formatTime(agent.revokedAt)} by {agent.revokedBy}
            </dd>
          </>
        )}
        {agent.clone === null ? null : (
          <>
            <dt className="text-muted">Second machine</dt>
            <dd>
              {agent.clone.hostname ?? 'unnamed'}, since {formatTime(agent.clone.since)}
            </dd>
          </>
        )}
      </dl>
      {open === 'rotate' ? (
        <ConfirmDialog
          title="Make a new key?"
          verb="Make a new key"
          onClose={close}
          onConfirm={async () => {
            setKey((await api.post<{ key: string }>(`${where}/rotate`)).key)
            await refresh()
          }}
        >
          It is put into the agent’s settings on the machine. Until it is used there, the old one works.
        </ConfirmDialog>
      ) : null}
      {open === 'revoke' ? (
        <ConfirmDialog
          title={`Revoke the key of ${server.name}?`}
          verb="Revoke the key"
          onClose={close}
          onConfirm={async () => {
            await api.delete(where)
            sayDone('The key was revoked')
            await refresh()
          }}
        >
          Its agent is refused at once. The server and what it told stay; to report again, the machine has to
          enrol anew.
        </ConfirmDialog>
      ) : null}
    </Panel>
  )
}
