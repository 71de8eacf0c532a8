import { useId, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { ChevronRight, CircleCheck, CircleX, RotateCw, TriangleAlert } from 'lucide-react'
import type { Check } from '#features/system/check.ts'
import { api } from '../api.ts'
import { capitalised, counted, inWords } from '../format.ts'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'

const looks = {
  problem: { icon: CircleX, colour: 'text-bad', word: 'problem' },
  warning: { icon: TriangleAlert, colour: 'text-warn', word: 'warning' },
  ok: { icon: CircleCheck, colour: 'text-good', word: 'well' },
} as const

/** What is wrong with this installation, and how to mend it. */
export function DoctorPanel() {
  const doctor = useQuery({
    queryKey: ['doctor'],
    queryFn: ({ signal }) => api.get<{ checks: Check[] }>('/system/doctor', undefined, signal),
    staleTime: 30_000,
  })
  return (
    <Panel
      title="Health"
      actions={
        <Button look="quiet" icon={RotateCw} busy={doctor.isFetching} onClick={() => void doctor.refetch()}>
          Look again
        </Button>
      }
    >
      <QueryView query={doctor}>{({ checks }) => <Checks checks={checks} />}</QueryView>
    </Panel>
  )
}

function Checks({ checks }: { checks: readonly Check[] }) {
  const of = (status: Check['status']) => checks.filter((check) => check.status === status)
  const wrong = [...of('problem'), ...of('warning')]
  return (
    <>
      {wrong.length > 0 ? (
        <CheckList checks={wrong} />
      ) : (
        <p className="flex items-center gap-2.5 px-4 py-3 font-medium">
          <CircleCheck size={16} className="text-good" aria-hidden /> Everything is well.
        </p>
      )}
      <Well checks={of('ok')} />
    </>
  )
}

/** What is as it should be: one line that opens. */
function Well({ checks }: { checks: readonly Check[] }) {
  const id = useId()
  const [open, setOpen] = useState(false)
  return (
    <div className="border-t">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="flex h-9 w-full items-center gap-1.5 px-4 text-left text-muted hover:text-ink"
      >
        <ChevronRight
          size={15}
          className={classNames('transition-transform', open && 'rotate-90')}
          aria-hidden
        />
        {counted(checks.length, 'check')} found nothing wrong
      </button>
      <div id={id} hidden={!open} className="border-t">
        <CheckList checks={checks} />
      </div>
    </div>
  )
}

function CheckList({ checks }: { checks: readonly Check[] }) {
  return (
    <ul className="divide-y">
      {checks.map(({ name, status, message, remedy }) => {
        const { icon: Icon, colour, word } = looks[status]
        return (
          <li
            key={`${name} ${message}`}
            className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-2.5 px-4 py-1.5 sm:grid-cols-[1rem_9rem_minmax(0,1fr)]"
          >
            <Icon size={16} className={classNames('mt-0.5', colour)} aria-label={word} />
            <span className="text-muted">{capitalised(inWords(name))}</span>
            <div className="col-start-2 min-w-0 sm:col-start-3">
              <p className="break-words">{message}</p>
              {remedy ? <p className="break-words text-muted">{remedy}</p> : null}
            </div>
          </li>
        )
      })}
    </ul>
  )
}
