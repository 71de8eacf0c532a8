import { useSyncExternalStore } from 'react'
import type { Job } from '#features/jobs/job-shapes.ts'
import { hearEvents } from '../events.ts'
import { isOver } from './job-words.ts'
import { rateOf, timeLeft, withSample, type Sample } from './job-rate.ts'

interface Heard {
  done: number
  total: number | null
  failed: number | null
  skipped: number | null
  message: string | null
  samples: readonly Sample[]
}

const heard = new Map<number, Heard>()
const listeners = new Set<() => void>()

const tell = () => {
  for (const listener of listeners) listener()
}

function forget(id: number): void {
  if (heard.delete(id)) tell()
}

const numberOr = (value: unknown): number | null => (typeof value === 'number' ? value : null)

// Heard from the first page of jobs on, so that a bar that comes into sight is where the job is.
hearEvents(({ topic, data }) => {
  const id = data['id']
  if (typeof id !== 'number') return
  // Whatever else becomes of a job, the server tells where it stands.
  if (topic === 'job.changed' || topic === 'job.finished') forget(id)
  if (topic !== 'job.progress') return
  const done = numberOr(data['done']) ?? 0
  heard.set(id, {
    done,
    total: numberOr(data['total']),
    failed: numberOr(data['failed']),
    skipped: numberOr(data['skipped']),
    message: typeof data['message'] === 'string' ? data['message'] : null,
    samples: withSample(heard.get(id)?.samples ?? [], { at: performance.now(), done }),
  })
  tell()
})

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export interface Progress {
  done: number
  total: number | null
  failed: number
  skipped: number
  message: string | null
  /** Rows per second; undefined while that cannot be said. */
  rate: number | undefined
  /** Milliseconds. */
  left: number | undefined
}

type Counted = Pick<
  Job,
  'id' | 'approval' | 'status' | 'totalRows' | 'processedRows' | 'failedRows' | 'skippedRows' | 'progress'
>

/** How far a job is: by the events, else by what the server told last. */
export function useJobProgress(job: Counted): Progress {
  const live = useSyncExternalStore(subscribe, () => heard.get(job.id))
  const isPreparing = job.approval === 'preparing' && !isOver(job)
  const told = isPreparing
    ? { done: job.progress?.done ?? 0, total: job.progress?.total ?? null }
    : { done: job.processedRows, total: job.totalRows }
  const use = live !== undefined && job.status !== 'paused' && live.done >= told.done ? live : undefined
  const done = use?.done ?? told.done
  const total = use?.total ?? told.total
  const rate = job.status === 'running' || isPreparing ? rateOf(live?.samples ?? []) : undefined
  return {
    done,
    total,
    failed: use?.failed ?? job.failedRows,
    skipped: use?.skipped ?? job.skippedRows,
    message: use?.message ?? job.progress?.message ?? null,
    rate,
    left: total === null ? undefined : timeLeft(total - done, rate),
  }
}
