import { CircleCheck, ShieldCheck, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { counted, formatNumber } from '../format.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { useAction } from '../use-action.ts'

/** What a check of the whole trail found. */
export interface Verdict {
  ok: boolean
  events: number
  checked: number
  firstBad: { id: number; reason: string } | null
  checkpoints: number
  ranges: number
  tail: 'proved' | 'unproved'
  provedUntil: number
  seconds: number
}

/** Checks the trail line by line, and says what came of it. */
export function AuditVerify() {
  const [verdict, setVerdict] = useState<Verdict>()
  const verify = useAction(async () => {
    setVerdict(undefined)
    setVerdict(await api.post<Verdict>('/audit/verify'))
  })
  return (
    <div className="flex flex-col gap-2 border-b px-4 py-3">
      <div className="flex flex-wrap items-center gap-3">
        <Button icon={ShieldCheck} busy={verify.busy} onClick={() => void verify.run()}>
          Verify
        </Button>
        <p className="min-w-0 flex-1 basis-72 text-muted">
          Each line is chained to the one before it. This reads them all and compares them with the signed
          marks outside of the database.
        </p>
      </div>
      <ErrorLine error={verify.error} />
      <div aria-live="polite">{verdict ? <Shown verdict={verdict} /> : null}</div>
    </div>
  )
}

function Shown({ verdict }: { verdict: Verdict }) {
  const { ok, firstBad, checked, checkpoints, ranges, tail, provedUntil, seconds } = verdict
  const Icon = ok ? CircleCheck : TriangleAlert
  return (
    <div
      className={`flex items-start gap-2.5 rounded-md px-3 py-2 ${ok ? 'bg-good-soft text-good' : 'bg-bad-soft text-bad'}`}
    >
      <Icon size={16} className="mt-0.5 shrink-0" aria-hidden />
      <div className="min-w-0">
        <p className="font-medium break-words">
          {firstBad === null
            ? 'The trail is whole.'
            : `Line ${formatNumber(firstBad.id)} is not as it was written: ${firstBad.reason}`}
        </p>
        <p className="text-xs">
          {counted(checked, 'line')} read, {counted(checkpoints, 'mark')} and{' '}
          {counted(ranges, 'removed range')} compared, in {seconds.toFixed(1)} s.{' '}
          {tail === 'proved'
            ? 'A mark vouches for every line.'
            : `Lines after ${formatNumber(provedUntil)} are newer than the last mark.`}
        </p>
      </div>
    </div>
  )
}
