import { Hourglass } from 'lucide-react'
import { asApiError } from '../api.ts'
import { ErrorLine } from '../ui/error-state.tsx'
import { clockText } from './use-wait.ts'

/** Why signing in did not work; after too many tries, how long to wait. */
export function SignInError({ error, wait }: { error: unknown; wait: number }) {
  if (!error) return null
  if (asApiError(error).code !== 'TOO_MANY_REQUESTS') return <ErrorLine error={error} />
  return (
    <div role="alert" className="flex gap-2 rounded-md bg-warn-soft px-3 py-2 text-warn">
      <Hourglass size={15} className="mt-0.5 shrink-0" aria-hidden />
      {wait > 0 ? (
        <p>
          Too many wrong tries. You can try again in{' '}
          <span className="font-medium" aria-hidden>
            {clockText(wait)}
          </span>
          <span className="sr-only">some minutes</span>.
        </p>
      ) : (
        <p>You can try again now.</p>
      )}
    </div>
  )
}
