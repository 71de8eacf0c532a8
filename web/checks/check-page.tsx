import { useState } from 'react'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { Pause, Pencil, Play, Trash2 } from 'lucide-react'
import { api } from '../api.ts'
import { RangeBar } from '../charts/range-bar.tsx'
import { TimeChart } from '../charts/time-chart.tsx'
import { drawnRange, readRange, type RangeText } from '../charts/time-range.ts'
import { formatPercent } from '../format.ts'
import { usePaged } from '../paged.ts'
import { queryClient } from '../query-client.ts'
import { useMay } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Listing } from '../ui/listing.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { sayDone, sayFailed } from '../ui/toaster.tsx'
import { CheckDialog } from './check-dialog.tsx'
import { CheckMark, type Check, type Trend } from './check-words.tsx'
import { daysText } from './checks-page.tsx'

/** One check: how it is, how fast it was answered, when it changed. */
export function CheckPage() {
  const { id } = useParams({ from: '/shell/checks/$id' })
  const query = useQuery({
    queryKey: ['check', id],
    queryFn: ({ signal }) => api.get<Check>(`/checks/${id}`, {}, signal),
  })
  const check = query.data
  return (
    <Page
      title={check?.name ?? `Check ${id}`}
      lead={check ? <CheckMark check={check} /> : null}
      actions={check ? <CheckActions check={check} /> : null}
    >
      <QueryView query={query}>
        {(shown) => (
          <>
            {shown.message === '' ? null : <p className="text-muted">{shown.message}</p>}
            <Trends id={id} />
            <Changes id={id} />
          </>
        )}
      </QueryView>
    </Page>
  )
}

function CheckActions({ check }: { check: Check }) {
  const mayChange = useMay('monitoring.change')
  const navigate = useNavigate()
  const [edits, setEdits] = useState(false)
  if (!mayChange) return null
  const again = () => queryClient.invalidateQueries({ queryKey: ['check'] })
  const run = async () => {
    try {
      const { result, message } = await api.post<{ result: string; message: string }>(
        `/checks/${check.id}/run`,
      )
      sayDone(`${check.name} is ${result}`, message)
    } catch (error) {
      sayFailed(error)
    }
  }
  const pause = async () => {
    await api.post(`/checks/${check.id}/${check.paused ? 'resume' : 'pause'}`).catch(sayFailed)
    await again()
  }
  return (
    <>
      <Button icon={Play} onClick={() => void run()}>
        Try now
      </Button>
      <Button icon={Pause} onClick={() => void pause()}>
        {check.paused ? 'Resume' : 'Pause'}
      </Button>
      {check.parentId === null ? (
        <>
          <Button icon={Pencil} onClick={() => setEdits(true)}>
            Edit
          </Button>
          <Confirm
            title={`Delete the check ${check.name}?`}
            verb="Delete check"
            onConfirm={async () => {
              await api.delete(`/checks/${check.id}`)
              await navigate({ to: '/checks' })
            }}
            trigger={(open) => (
              <Button icon={Trash2} look="danger" onClick={open}>
                Delete
              </Button>
            )}
          >
            Its history goes with it.
          </Confirm>
        </>
      ) : null}
      {edits ? <CheckDialog check={check} onClose={() => setEdits(false)} /> : null}
    </>
  )
}

function Trends({ id }: { id: string }) {
  const [text, setText] = useState<RangeText>({})
  const query = useQuery({
    queryKey: ['check-trends', id, text],
    queryFn: async ({ signal }) => {
      const range = readRange(text, Date.now())
      const from = new Date(range.from).toISOString()
      const to = new Date(range.to).toISOString()
      const { items } = await api.get<{ items: Trend[] }>(
        '/checks/trends',
        { ids: [id], from, to, points: 360 },
        signal,
      )
      return { range, trend: items[0] }
    },
    refetchInterval: 30_000,
    placeholderData: (before) => before,
  })
  const { range, trend } = query.data ?? {}
  if (!range || !trend) return null
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <RangeBar text={text} onRange={setText} />
        <span className="ml-auto">
          {trend.uptimePercent === null ? '' : `${formatPercent(trend.uptimePercent)} up`}
          {trend.certificateDays === null ? '' : `, certificate for ${daysText(trend.certificateDays)}`}
        </span>
      </div>
      <TimeChart
        title="Time to answer"
        data={{
          times: trend.times.map((time) => Date.parse(time)),
          step: trend.stepSeconds * 1000,
          unit: 'milliseconds',
          series: [
            { name: 'Mean', avg: trend.latencyMs },
            { name: 'Slowest', avg: trend.worstMs },
          ],
        }}
        range={range}
        syncKey={`check-${id}`}
        onZoom={(from, to) => setText(drawnRange(from, to, Date.now()))}
        onReset={() => setText({})}
      />
    </>
  )
}

function Changes({ id }: { id: string }) {
  const listing = usePaged<{ id: number; at: string; state: Check['state']; message: string }>(
    'check',
    `/checks/${id}/changes`,
  )
  return (
    <Panel title="History">
      <Listing
        listing={listing}
        label="Changes"
        empty={<p className="px-4 py-4 text-muted">It has not changed yet.</p>}
        row={({ id: key, at, state, message }) => (
          <li key={key} className="flex gap-3 px-4 py-2">
            <CheckMark check={{ state, paused: false }} />
            <span className="min-w-0 grow">{message}</span>
            <TimeAgo at={at} className="text-xs whitespace-nowrap text-muted" />
          </li>
        )}
      />
    </Panel>
  )
}
