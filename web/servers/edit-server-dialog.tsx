import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { refreshServers } from '../fleet/change-servers.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { changedSettings, settingsOf, type ServerDraft } from './server-draft.ts'
import { serverPath } from './server-query.ts'
import type { ServerDetail } from './server-types.ts'

/** What people set of a server. */
export function EditServerDialog({ server, onClose }: { server: ServerDetail; onClose(): void }) {
  const [draft, setDraft] = useState(() => settingsOf(server))
  const action = useAction(async () => {
    const changes = changedSettings(server, draft)
    if (Object.keys(changes).length > 0) {
      await api.patch(serverPath(server.id), changes, server.version)
      sayDone(`${server.name} was changed`)
      await refreshServers()
    }
    onClose()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run()
  }
  const tied = (name: keyof ServerDraft) => ({
    value: draft[name],
    onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [name]: event.target.value }),
  })
  return (
    <Dialog open onClose={onClose} title={`Edit ${server.name}`}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <TextField
          label="Name"
          hint={`Left empty, it is called ${server.hostname} as it calls itself.`}
          ref={focusOnMount}
          {...tied('displayName')}
        />
        <SelectField
          label="Kind"
          hint="A workstation may sleep: nobody is called because of it."
          options={[
            { value: 'server', label: 'Server' },
            { value: 'workstation', label: 'Workstation' },
          ]}
          {...tied('machineType')}
        />
        <TextField
          label="Seconds between two heartbeats"
          hint="Left empty, as its agent says."
          inputMode="numeric"
          {...tied('intervalSeconds')}
        />
        <TextField
          label="Watts it draws at most"
          hint="For the cost of its power, where it does not measure that itself."
          inputMode="numeric"
          {...tied('tdpWatts')}
        />
        <TextField
          label="Device"
          hint="Name, address, MAC or number. Left empty, the one that its agent tells of."
          {...tied('device')}
        />
        <ErrorLine error={action.error} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={action.busy}>
            Save
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
