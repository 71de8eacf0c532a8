import { Link } from '@tanstack/react-router'
import { ListChecks, Plus } from 'lucide-react'
import { useMay } from '../session.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'

/** Why no job is listed, and what jobs are for. */
export function NoJobs({ filtered, onAll }: { filtered: boolean; onAll(): void }) {
  const maySubmit = useMay('jobs.submit')
  if (filtered)
    return (
      <EmptyState
        icon={ListChecks}
        title="No job is like that"
        action={<Button onClick={onAll}>Show all jobs</Button>}
      />
    )
  return (
    <EmptyState
      icon={ListChecks}
      title="No jobs yet"
      action={
        maySubmit ? (
          <Link to="/jobs/new" className={buttonClass('primary')}>
            <Plus size={15} aria-hidden /> New job
          </Link>
        ) : null
      }
    >
      A job does the same thing to many machines: tags them, annotates them from a file, calls another system
      for each. It shows what would happen before anything does, waits for an approval, and tells of every row
      what became of it.
    </EmptyState>
  )
}
