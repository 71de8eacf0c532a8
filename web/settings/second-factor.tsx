import { useState } from 'react'
import { ShieldCheck, ShieldOff } from 'lucide-react'
import { api } from '../api.ts'
import { queryClient } from '../query-client.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/page.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { BackupCodes } from './backup-codes.tsx'
import { EnrolDialog } from './enrol-dialog.tsx'
import { PasswordDialog } from './password-dialog.tsx'

type Open = 'enrol' | 'switch off' | 'new codes' | null

const refresh = () => queryClient.invalidateQueries({ queryKey: ['session'] })

/** Codes of a phone beside the password. */
export function SecondFactor({ on }: { on: boolean }) {
  const [open, setOpen] = useState<Open>(null)
  const [codes, setCodes] = useState<string[]>()
  const close = () => setOpen(null)
  const switchOff = async (password: string) => {
    await api.post('/api/auth/two-factor/disable', { password })
    sayDone('The second step is switched off')
    await refresh()
  }
  const makeCodes = async (password: string) => {
    const made = await api.post<{ backupCodes: string[] }>('/api/auth/two-factor/generate-backup-codes', {
      password,
    })
    setCodes(made.backupCodes)
  }
  return (
    <Panel
      title="Second step"
      actions={
        on ? (
          <>
            <Button look="quiet" onClick={() => setOpen('new codes')}>
              New backup codes
            </Button>
            <Button look="quiet" onClick={() => setOpen('switch off')}>
              Switch off
            </Button>
          </>
        ) : (
          <Button look="quiet" onClick={() => setOpen('enrol')}>
            Switch on
          </Button>
        )
      }
    >
      <p className="flex items-center gap-2 px-4 py-3 text-muted">
        {on ? (
          <>
            <ShieldCheck size={16} className="shrink-0 text-good" aria-hidden />
            <Badge tone="good">on</Badge> Signing in asks for a code of your authenticator app.
          </>
        ) : (
          <>
            <ShieldOff size={16} className="shrink-0" aria-hidden /> The password alone is enough to sign in.
            A code of an authenticator app makes a stolen one worthless.
          </>
        )}
      </p>
      {open === 'enrol' ? (
        <EnrolDialog
          onClose={() => {
            close()
            void refresh()
          }}
        />
      ) : null}
      {open === 'switch off' ? (
        <PasswordDialog
          title="Switch the second step off"
          verb="Switch off"
          onClose={close}
          onPassword={switchOff}
        >
          From then on your password alone is enough to sign in. The backup codes are void.
        </PasswordDialog>
      ) : null}
      {open === 'new codes' ? (
        <PasswordDialog title="New backup codes" verb="Make new codes" onClose={close} onPassword={makeCodes}>
          The codes you have now are void as soon as there are new ones.
        </PasswordDialog>
      ) : null}
      {codes ? <BackupCodes codes={codes} onClose={() => setCodes(undefined)} /> : null}
    </Panel>
  )
}
