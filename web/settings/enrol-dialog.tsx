import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { SignInError } from '../sign-in/sign-in-error.tsx'
import { useWait } from '../sign-in/use-wait.ts'
import { Button } from '../ui/button.tsx'
import { CopyText } from '../ui/copy-text.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'
import { useAction } from '../use-action.ts'
import { CodeList } from './backup-codes.tsx'
import { PasswordQuestion } from './password-dialog.tsx'
import { QrCode } from './qr-code.tsx'

interface Enrolment {
  totpURI: string
  backupCodes: string[]
}

const titles = {
  password: 'Switch the second step on',
  scan: 'Scan the code with your authenticator',
  codes: 'Keep your backup codes',
} as const

/** Password, code to scan, first code of the app, backup codes. The second step is on after the third of them. */
export function EnrolDialog({ onClose }: { onClose(): void }) {
  const [enrolment, setEnrolment] = useState<Enrolment>()
  const [proved, setProved] = useState(false)
  const step = enrolment === undefined ? 'password' : proved ? 'codes' : 'scan'
  return (
    <Dialog open onClose={onClose} title={titles[step]}>
      {enrolment === undefined ? (
        <PasswordQuestion
          verb="Go on"
          onCancel={onClose}
          onPassword={async (password) =>
            setEnrolment(await api.post<Enrolment>('/api/auth/two-factor/enable', { password }))
          }
        >
          You need an app that shows codes on your phone, such as Aegis, 2FAS or a password manager.
        </PasswordQuestion>
      ) : proved ? (
        <>
          <CodeList codes={enrolment.backupCodes} />
          <DialogButtons>
            <Button look="primary" onClick={onClose}>
              I have kept them
            </Button>
          </DialogButtons>
        </>
      ) : (
        <ScanStep uri={enrolment.totpURI} onClose={onClose} onProved={() => setProved(true)} />
      )}
    </Dialog>
  )
}

/** `JBSW Y3DP EHPK 3PXP`: easier to type from a screen. */
const grouped = (secret: string) => secret.replaceAll(/(.{4})(?=.)/g, '$1 ')

function ScanStep({ uri, onClose, onProved }: { uri: string; onClose(): void; onProved(): void }) {
  const [code, setCode] = useState('')
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const action = useAction(async () => {
    await api.post('/api/auth/two-factor/verify-totp', { code: code.replaceAll(/\s/g, '') })
    onProved()
  })
  const wait = useWait(action.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run()
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <QrCode text={uri} label="Code to scan with the authenticator app" />
      <div>
        <p className="mb-1 text-xs text-muted">Or type this key into the app:</p>
        <CopyText text={grouped(secret)} label="the key" />
      </div>
      <TextField
        label="Code that the app shows"
        inputMode="numeric"
        autoComplete="one-time-code"
        aria-required
        ref={focusOnMount}
        value={code}
        className="font-mono tracking-widest"
        onChange={(event) => setCode(event.target.value)}
        hint="It proves that the app has the key; before that nothing changes."
      />
      <SignInError error={action.error} wait={wait} />
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" busy={action.busy} disabled={code.trim() === '' || wait > 0}>
          Switch on
        </Button>
      </DialogButtons>
    </form>
  )
}
