import { useState } from 'react'
import { api } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { CheckField } from '../ui/field.tsx'
import { useAction } from '../use-action.ts'
import { LinkShown, type OneTimeLink } from './link-shown.tsx'
import { personPath, type Person } from './person.ts'
import { refresh } from './refresh.ts'

/** Takes a forgotten password away and shows the link for a new one. */
export function ResetPerson({ person, onClose }: { person: Person; onClose(): void }) {
  const [twoFactor, setTwoFactor] = useState(false)
  const [link, setLink] = useState<OneTimeLink>()
  const action = useAction(async () => {
    const made = await api.post<{ link: OneTimeLink }>(`${personPath(person)}/reset`, {
      twoFactor,
    })
    await refresh('users')
    setLink(made.link)
  })
  return (
    <Dialog open onClose={onClose} title={`New password link for ${person.name}`}>
      {link ? (
        <LinkShown link={link} name={person.name} onClose={onClose} />
      ) : (
        <div className="flex flex-col gap-3">
          <p>
            The password that {person.email} has now is taken away, and every session ends. The person chooses
            a new one with the link.
          </p>
          {person.twoFactor ? (
            <CheckField
              label="Switch the second step off too"
              hint="For a lost phone without backup codes."
              checked={twoFactor}
              onValue={setTwoFactor}
            />
          ) : null}
          <ErrorLine error={action.error} />
          <DialogButtons>
            <Button onClick={onClose}>Cancel</Button>
            <Button look="danger" busy={action.busy} onClick={() => void action.run()}>
              Take it away and make the link
            </Button>
          </DialogButtons>
        </div>
      )}
    </Dialog>
  )
}
