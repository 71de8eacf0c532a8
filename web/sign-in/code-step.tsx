import { useState, type FormEvent } from 'react'
import { Button } from '../ui/button.tsx'
import { CheckField, TextField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'
import { useAction } from '../use-action.ts'
import { proveCode } from './auth.ts'
import { Door } from './door.tsx'
import { SignInError } from './sign-in-error.tsx'
import { useWait } from './use-wait.ts'

/** The second step: six digits, or a backup code. */
export function CodeStep({ onDone, onBack }: { onDone(): Promise<void>; onBack(): void }) {
  const [code, setCode] = useState('')
  const [trust, setTrust] = useState(false)
  const action = useAction(async (given: string) => {
    await proveCode(given, trust)
    await onDone()
  })
  const wait = useWait(action.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run(code)
  }
  const type = (text: string) => {
    setCode(text)
    // The sixth digit is the last one; a backup code is longer and has letters.
    if (/^\d{6}$/.test(text.replaceAll(/\s/g, '')) && !action.busy && wait === 0) void action.run(text)
  }
  return (
    <Door
      title="Second step"
      lead="Type the six digits that your authenticator shows, or one of your backup codes."
    >
      <form onSubmit={submit} className="flex flex-col gap-3.5">
        <TextField
          label="Code"
          autoComplete="one-time-code"
          autoCapitalize="off"
          spellCheck={false}
          aria-required
          ref={focusOnMount}
          value={code}
          onChange={(event) => type(event.target.value)}
          className="h-10 font-mono text-lg tracking-widest"
        />
        <CheckField
          label="Do not ask again on this computer"
          hint="For 30 days; only on one that nobody else uses."
          checked={trust}
          onValue={setTrust}
        />
        <SignInError error={action.error} wait={wait} />
        <Button
          type="submit"
          look="primary"
          busy={action.busy}
          disabled={wait > 0 || code.trim() === ''}
          className="h-9"
        >
          Go on
        </Button>
        <Button look="quiet" onClick={onBack}>
          Use another account
        </Button>
      </form>
    </Door>
  )
}
