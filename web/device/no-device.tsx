import { Link } from '@tanstack/react-router'
import { SearchX } from 'lucide-react'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'

/** One that was deleted, or that one may not see. */
export function NoDevice({ id }: { id: string }) {
  return (
    <EmptyState
      icon={SearchX}
      title={`There is no device ${id}`}
      action={
        <Link to="/devices" className={buttonClass()}>
          All devices
        </Link>
      }
    >
      It may have been deleted, or you may not see it.
    </EmptyState>
  )
}
