import { useState, type FormEvent, type ReactNode } from 'react'
import { Link, useParams } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { BellOff, BellRing, Check } from 'lucide-react'
import type { AlertTimeline } from '#features/alerts/alert-shapes.ts'
import { api } from '../api.ts'
import { usePaged } from '../paged.ts'
import { useMay } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { CheckField, TextField } from '../ui/field.tsx'
import { Listing } from '../ui/listing.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { useAction } from '../use-action.ts'
import { AlertChart } from './alert-chart.tsx'
import { AlertBadges } from './alert-row.tsx'
import { kindText, valueText, type AlertItem } from './alert-words.ts'
import { acknowledge, refreshAlerts, withAlerts } from './change-alerts.ts'
import { SeverityMark } from './severity-mark.tsx'
import { SilenceDialog } from './silence-dialog.tsx'

/** One alert: what it is about, how its metric went, what became of it. */
export function AlertPage() {
  const { id } = useParams({ from: '/shell/alerts/$id' })
  const query = useQuery({
    queryKey: ['alert', id],
    queryFn: ({ signal }) => api.get<AlertItem>(`/alerts/${id}`, {}, signal),
  })
  const alert = query.data
  return (
    <Page
      title={alert?.title ?? `Alert ${id}`}
      lead={alert ? <AlertBadges alert={alert} /> : null}
      actions={alert ? <AlertActions alert={alert} /> : null}
    >
      <QueryView query={query}>
        {(shown) => (
          <>
            <Panel>
              <AlertFacts alert={shown} />
            </Panel>
            <AlertChart alert={shown} />
            <Timeline alert={shown} />
          </>
        )}
      </QueryView>
    </Page>
  )
}

function AlertActions({ alert }: { alert: AlertItem }) {
  const [silences, setSilences] = useState(false)
  const mayAct = useMay('alerts.acknowledge')
  if (!mayAct || alert.state === 'resolved') return null
  const { id } = alert
  return (
    <>
      {alert.acknowledgedBy === null ? (
        <Button icon={Check} look="primary" onClick={() => void acknowledge([id])}>
          Acknowledge
        </Button>
      ) : (
        <Button
          onClick={() =>
            void withAlerts([id], 'looked after no more', () => api.post(`/alerts/${id}/unacknowledge`))
          }
        >
          Look after it no more
        </Button>
      )}
      {alert.suppressedBy === 'silence' ? (
        <Button
          icon={BellRing}
          onClick={() => void withAlerts([id], 'told of again', () => api.post(`/alerts/${id}/unsilence`))}
        >
          End the silence
        </Button>
      ) : (
        <Button icon={BellOff} onClick={() => setSilences(true)}>
          Silence
        </Button>
      )}
      {alert.state === 'unknown' ? (
        <Button onClick={() => void withAlerts([id], 'over', () => api.post(`/alerts/${id}/resolve`))}>
          It is over
        </Button>
      ) : null}
      {silences ? <SilenceDialog ids={[id]} onClose={() => setSilences(false)} /> : null}
    </>
  )
}

function AlertFacts({ alert }: { alert: AlertItem }) {
  const check = /^check:(\d+)$/.exec(alert.subject)?.[1]
  const link = 'text-accent hover:underline'
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Severity', <SeverityMark key="s" severity={alert.severity} quiet={alert.state === 'resolved'} />],
    ['Since', <TimeAgo key="t" at={alert.startedAt} />],
    ['Over', alert.resolvedAt === null ? null : <TimeAgo key="r" at={alert.resolvedAt} />],
    ['Value', valueText(alert) || null],
    [
      'About',
      alert.serverId !== null ? (
        <Link key="a" to="/servers/$id" params={{ id: alert.serverId }} className={link}>
          {alert.subjectName}
        </Link>
      ) : check === undefined ? (
        alert.subjectName
      ) : (
        <Link key="a" to="/checks/$id" params={{ id: check }} className={link}>
          {alert.subjectName}
        </Link>
      ),
    ],
    ['Part', alert.part || null],
    [
      'Device',
      alert.deviceId === null ? null : (
        <Link key="d" to="/devices/$id" params={{ id: String(alert.deviceId) }} className={link}>
          Show the device
        </Link>
      ),
    ],
    [
      'Rule',
      alert.rule === null ? (
        kindText(alert.kind)
      ) : (
        <Link key="u" to="/alerts" search={{ tab: 'rules' }} className={link}>
          {alert.rule.name}
        </Link>
      ),
    ],
    [
      'Follows from',
      alert.causeId === null ? null : (
        <Link key="c" to="/alerts/$id" params={{ id: String(alert.causeId) }} className={link}>
          Show the cause
        </Link>
      ),
    ],
    ['Told', alert.toldAt === null ? 'nobody yet' : <TimeAgo key="o" at={alert.toldAt} />],
  ]
  return (
    <dl className="grid gap-x-6 gap-y-2 px-4 py-3 sm:grid-cols-2 lg:grid-cols-3">
      {facts
        .filter(([, value]) => value !== null)
        .map(([label, value]) => (
          <div key={label} className="flex gap-2">
            <dt className="w-24 shrink-0 text-muted">{label}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
    </dl>
  )
}

function Timeline({ alert }: { alert: AlertItem }) {
  const listing = usePaged<AlertTimeline>('alert', `/alerts/${alert.id}/timeline`)
  const mayAct = useMay('alerts.acknowledge')
  return (
    <Panel title="What became of it">
      {mayAct ? <NoteForm id={alert.id} /> : null}
      <Listing
        listing={listing}
        label="What became of it"
        empty={<p className="px-4 py-4 text-muted">Nothing yet.</p>}
        row={(event) => (
          <li key={event.id} className="flex flex-wrap items-baseline gap-x-3 px-4 py-2">
            <span className="w-28 shrink-0 text-muted">{event.kind.replaceAll('_', ' ')}</span>
            <span className="min-w-0 grow break-words whitespace-pre-wrap">{event.message}</span>
            <span className="text-xs text-muted">
              {event.by === null ? '' : `${event.by}, `}
              <TimeAgo at={event.at} />
            </span>
          </li>
        )}
      />
    </Panel>
  )
}

function NoteForm({ id }: { id: number }) {
  const [note, setNote] = useState('')
  const [isPublic, setPublic] = useState(false)
  const action = useAction(async () => {
    await api.post(`/alerts/${id}/notes`, { note: note.trim(), public: isPublic })
    setNote('')
    await refreshAlerts()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (note.trim() !== '') void action.run()
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-2 border-b px-4 py-3">
      <TextField label="Note" value={note} onChange={(event) => setNote(event.target.value)} />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <CheckField label="Show on the public status page" checked={isPublic} onValue={setPublic} />
        <Button type="submit" busy={action.busy} disabled={note.trim() === ''}>
          Add note
        </Button>
      </div>
      <ErrorLine error={action.error} />
    </form>
  )
}
