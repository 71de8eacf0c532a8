import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import type { SavedView } from '../inventory-types.ts'
import { queryClient } from '../query-client.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { CheckField, TextField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import type { ViewPlace } from './use-view-place.ts'

/** Keeps the query, columns and order that are shown under a name. */
export function SaveViewDialog({ place, onClose }: { place: ViewPlace; onClose(): void }) {
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const action = useAction(async () => {
    const { subject, q: query, sort, columns } = place
    const view = await api.post<SavedView>('/views', {
      name,
      subject,
      query,
      sort,
      columns,
      shared,
    })
    await queryClient.invalidateQueries({ queryKey: ['views'] })
    place.openView(view.id)
    sayDone(`${view.name} was saved`)
    onClose()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '') void action.run()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Save as a view"
      description="The query, the columns and their order."
    >
      <form onSubmit={submit} className="flex flex-col gap-3">
        <TextField
          label="Name"
          required
          ref={focusOnMount}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <CheckField
          label="Everybody sees it"
          hint="Only you and admins can change it."
          checked={shared}
          onValue={setShared}
        />
        <ErrorLine error={action.error} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={action.busy} disabled={name.trim() === ''}>
            Save
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
