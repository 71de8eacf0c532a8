import { CircleAlert, Lock, RotateCw, WifiOff } from 'lucide-react'
import { asApiError } from '../api.ts'
import { Button } from './button.tsx'

/** What went wrong in one sentence, what to do, and a way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const { code, message, hint, status } = asApiError(error)
  const Icon = code === 'OFFLINE' ? WifiOff : status === 403 ? Lock : CircleAlert
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      <Icon size={26} strokeWidth={1.5} className={status === 403 ? 'text-muted' : 'text-bad'} aria-hidden />
      <p className="max-w-lg font-medium whitespace-pre-wrap">
        {status === 403 ? `You may not see this. ${message}` : message}
      </p>
      {hint ? <p className="max-w-lg text-muted">{hint}</p> : null}
      {status === 403 && !hint ? <p className="text-muted">An admin can give you the right.</p> : null}
      {onRetry && status !== 403 ? (
        <Button icon={RotateCw} onClick={onRetry} className="mt-2">
          Try again
        </Button>
      ) : null}
    </div>
  )
}

/** The same in one line, for forms. */
export function ErrorLine({ error }: { error: unknown }) {
  if (!error) return null
  const { message, hint, complaints } = asApiError(error)
  return (
    <div role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
      <p className="font-medium whitespace-pre-wrap">{message}</p>
      {hint ? <p>{hint}</p> : null}
      {complaints.length > 0 ? (
        <ul className="mt-1 list-disc pl-4">
          {complaints.map((complaint) => (
            <li key={`${complaint.path}${complaint.expected}`}>
              {complaint.path ? <code className="font-mono text-xs">{complaint.path}</code> : null}{' '}
              {complaint.expected}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
