import { useId, useState } from 'react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import type { Job } from '#features/jobs/job-shapes.ts'
import { api, type Page } from '../api.ts'
import { IconButton } from '../ui/button.tsx'
import { inputClass, TextField } from '../ui/field.tsx'
import { stateWords } from './job-words.ts'
import { useSettled } from './use-settled.ts'

/** A job that has to be done, or only over, before another begins. */
export interface NeededJob {
  jobId: number
  name: string
  need: 'completed' | 'ended'
}

interface NeededJobsProps {
  value: readonly NeededJob[]
  onValue(needed: readonly NeededJob[]): void
}

/** Jobs that are to be over first: looked for among those that are not. */
export function NeededJobs({ value, onValue }: NeededJobsProps) {
  const [text, setText] = useState('')
  const [isLooking, setLooking] = useState(false)
  const add = ({ id, name }: Job) => {
    onValue([...value, { jobId: id, name, need: 'completed' }])
    setText('')
  }
  return (
    <div className="flex flex-col gap-1.5">
      {value.map((needed) => (
        <Chosen
          key={needed.jobId}
          needed={needed}
          onNeed={(need) => onValue(value.map((each) => (each === needed ? { ...each, need } : each)))}
          onRemove={() => onValue(value.filter((each) => each !== needed))}
        />
      ))}
      <TextField
        label="After other jobs"
        hint="It begins only when these are over. Empty: it waits for none."
        placeholder="part of the name of an open job"
        autoComplete="off"
        value={text}
        onFocus={() => setLooking(true)}
        onChange={(event) => setText(event.target.value)}
      />
      {isLooking ? <OpenJobs q={text} without={value.map(({ jobId }) => jobId)} onAdd={add} /> : null}
    </div>
  )
}

interface ChosenProps {
  needed: NeededJob
  onNeed(need: NeededJob['need']): void
  onRemove(): void
}

function Chosen({ needed: { jobId, name, need }, onNeed, onRemove }: ChosenProps) {
  const id = useId()
  return (
    <div className="flex flex-wrap items-center gap-2">
      <label htmlFor={id} className="min-w-0 flex-1 basis-52 break-words">
        <span className="text-xs text-muted">#{jobId}</span> {name}
      </label>
      <select
        id={id}
        className={`${inputClass} h-8 max-w-40`}
        value={need}
        onChange={(event) => onNeed(event.target.value as NeededJob['need'])}
      >
        <option value="completed">has to be done</option>
        <option value="ended">has to be over</option>
      </select>
      <IconButton label={`Do not wait for job ${jobId}`} icon={X} onClick={onRemove} />
    </div>
  )
}

const openStates = ['running', 'paused', 'pending'] as const
const shownAtMost = 6

interface OpenJobsProps {
  q: string
  without: readonly number[]
  onAdd(job: Job): void
}

function OpenJobs({ q, without, onAdd }: OpenJobsProps) {
  const asked = useSettled(q.trim(), 200)
  const open = useQuery<Job[]>({
    queryKey: ['jobs', 'open', asked],
    queryFn: ({ signal }) =>
      Promise.all(
        openStates.map((status) => api.get<Page<Job>>('/jobs', { q: asked, status, limit: 20 }, signal)),
      ).then((pages) => pages.flatMap(({ items }) => items).sort((a, b) => b.id - a.id)),
    placeholderData: keepPreviousData,
  })
  const jobs = open.data?.filter(({ id }) => !without.includes(id))
  if (jobs === undefined) return null
  if (jobs.length === 0)
    return (
      <p className="text-xs text-muted">
        {asked === '' ? 'No other job is open.' : 'No open job is called like that.'}
      </p>
    )
  return (
    <ul aria-label="Open jobs" className="divide-y rounded-md border">
      {jobs.slice(0, shownAtMost).map((job) => (
        <li key={job.id}>
          <button
            type="button"
            onClick={() => onAdd(job)}
            className="flex w-full items-center gap-2 px-2.5 py-1.5 text-left hover:bg-sunken focus-visible:-outline-offset-2"
          >
            <Plus size={14} className="shrink-0 text-muted" aria-hidden />
            <span className="min-w-0 truncate">
              <span className="text-xs text-muted">#{job.id}</span> {job.name}
            </span>
            <span className="ml-auto shrink-0 text-xs text-muted">{stateWords(job).text}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
