import { useState, type FormEvent } from 'react'
import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { api, asApiError } from '../api.ts'
import { useCustomFields } from '../custom-fields.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { draftOf, editOf, rebased, type EditConflict } from './device-draft.ts'
import { DeviceForm, formPaths } from './device-form.tsx'
import { refreshDevice } from './device-query.ts'

/** Edits facts by hand. When somebody else was faster, both edits are put together and shown before they are saved. */
export function EditDialog({ device, onClose }: { device: DeviceDetail; onClose(): void }) {
  // What the form began with: only what differs from it is sent.
  const [base, setBase] = useState(() => ({ draft: draftOf(device), version: device.version }))
  const [draft, setDraft] = useState(base.draft)
  const [conflicts, setConflicts] = useState<readonly EditConflict[]>()
  const fields = useCustomFields()
  const types = Object.fromEntries(fields.map(({ name, type }) => [name, type]))
  const edit = editOf(base.draft, draft, types)
  const rebase = async () => {
    const newest = await api.get<DeviceDetail>(`/devices/${device.id}`)
    const theirs = draftOf(newest)
    const merged = rebased(base.draft, draft, theirs)
    setConflicts(merged.conflicts)
    setDraft(merged.draft)
    setBase({ draft: theirs, version: newest.version })
  }
  const action = useAction(async () => {
    if (Object.keys(edit).length === 0) return onClose()
    try {
      await api.patch(`/devices/${device.id}`, edit, base.version)
    } catch (error) {
      if (asApiError(error).code === 'CHANGED_SINCE') return rebase()
      throw error
    }
    sayDone('Saved')
    onClose()
    await refreshDevice()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run()
  }
  const shownInForm =
    action.error && asApiError(action.error).complaints.some(({ path }) => formPaths(fields).includes(path))
  return (
    <Dialog
      open
      onClose={onClose}
      wide
      title={`Edit ${device.name}`}
      description="What you enter wins over what sources say. Empty a field to believe them again."
    >
      <form onSubmit={submit} className="flex flex-col gap-3">
        {conflicts === undefined ? null : <Conflicts conflicts={conflicts} />}
        <DeviceForm draft={draft} fields={fields} error={action.error} onDraft={setDraft} />
        {action.error && !shownInForm ? <ErrorLine error={action.error} /> : null}
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={action.busy} disabled={Object.keys(edit).length === 0}>
            {conflicts === undefined ? 'Save' : 'Save on top'}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}

/** Somebody saved while one edited: what they did is in the form, except where both changed the same. */
function Conflicts({ conflicts }: { conflicts: readonly EditConflict[] }) {
  return (
    <div role="alert" className="rounded-md bg-warn-soft px-3 py-2 text-warn">
      <p className="font-medium">The device changed while you edited it. Nothing was saved yet.</p>
      {conflicts.length === 0 ? (
        <p>You changed other facts; the form now holds both. Look it over and save.</p>
      ) : (
        <>
          <p>The form now holds both, and your value where you contradict each other:</p>
          <ul className="mt-1 list-disc pl-4">
            {conflicts.map(({ label, mine, theirs }) => (
              <li key={label}>
                {label}: yours “{mine}”, saved meanwhile “{theirs}”
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
