import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** An address that leads nowhere. */
export function MissingPage() {
  return (
    <EmptyState
      icon={Compass}
      title="There is no such page"
      action={
        <Link to="/" className={buttonClass('primary')}>
          Go to the overview
        </Link>
      }
    >
      The address may be old or mistyped.
    </EmptyState>
  )
}

/** A page that could not be shown at all. */
export function FailedPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const retry = () => {
    reset()
    void router.invalidate()
  }
  return (
    <main className="grid min-h-60 place-items-center">
      <ErrorState error={error} onRetry={retry} />
    </main>
  )
}

/** A page whose files are still on their way. */
export function WaitingPage() {
  return (
    <div className="mx-auto w-full max-w-7xl px-4 py-6">
      <Skeleton lines={8} />
    </div>
  )
}
