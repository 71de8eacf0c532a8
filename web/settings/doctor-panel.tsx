import { useQuery } from '@tanstack/react-query'
import type { Check } from '#features/system/check.ts'
import { CircleCheck, CircleX, RotateCw, TriangleAlert } from 'lucide-react'
import { api } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'

const looks = {
  problem: { icon: CircleX, colour: 'text-bad', word: 'problem' },
  warning: { icon: TriangleAlert, colour: 'text-warn', word: 'warning' },
  ok: { icon: CircleCheck, colour: 'text-good', word: 'well' },
} as const

const order = Object.keys(looks)

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
      <QueryView query={doctor}>
        {({ checks }) => (
          <ul className="divide-y">
            {checks
              .toSorted((left, right) => order.indexOf(left.status) - order.indexOf(right.status))
              .map((check) => (
                <CheckLine key={check.name} check={check} />
              ))}
          </ul>
        )}
      </QueryView>
    </Panel>
  )
}

function CheckLine({ check }: { check: Check }) {
  const { icon: Icon, colour, word } = looks[check.status]
  return (
    <li className="flex gap-2.5 px-4 py-2">
      <Icon size={16} className={classNames('mt-0.5 shrink-0', colour)} aria-label={word} />
      <div className="min-w-0">
        <p className="break-words">{check.message}</p>
        {check.remedy ? <p className="text-muted">{check.remedy}</p> : null}
      </div>
    </li>
  )
}
