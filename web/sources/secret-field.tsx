import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { setSecret } from './setting-draft.ts'

interface SecretFieldProps {
  label: string
  hint: ReactNode
  error: string | undefined
  required: boolean
  disabled: boolean
  value: string
  /** One is kept on the server. */
  stored: boolean
  onValue(value: string): void
}

/** A secret: one that is kept is not shown, it stays, is replaced, or is taken away. */
export function SecretField({ value, stored, onValue, ...frame }: SecretFieldProps) {
  const kept = stored && value === setSecret
  return (
    <div className="flex flex-col gap-1">
      <TextField
        {...frame}
        type="password"
        autoComplete="off"
        data-1p-ignore
        placeholder={kept ? 'Set. Type to replace it' : stored ? 'Will be taken away when you save' : ''}
        value={kept ? '' : value}
        onChange={(event) => onValue(event.target.value)}
      />
      {stored && !frame.disabled ? (
        <div className="flex gap-1">
          {kept ? (
            <Button look="quiet" className="-ml-2 h-6 text-xs" onClick={() => onValue('')}>
              Take it away
            </Button>
          ) : (
            <Button look="quiet" className="-ml-2 h-6 text-xs" onClick={() => onValue(setSecret)}>
              Keep the one that is set
            </Button>
          )}
        </div>
      ) : null}
    </div>
  )
}
