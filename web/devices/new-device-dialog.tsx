import { useState, type FormEvent } from 'react'
import { useNavigate } from '@tanstack/react-router'
import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { api, asApiError } from '../api.ts'
import { useCustomFields } from '../custom-fields.ts'
import { editOf, emptyDraft } from '../device/device-draft.ts'
import { DeviceForm, formPaths } from '../device/device-form.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'

/** Adds a device that no source tells of. */
export function NewDeviceDialog({ onClose }: { onClose(): void }) {
  const [draft, setDraft] = useState(emptyDraft)
  const navigate = useNavigate()
  const fields = useCustomFields()
  const types = Object.fromEntries(fields.map(({ name, type }) => [name, type]))
  const action = useAction(async () => {
    const device = await api.post<DeviceDetail>('/devices', editOf(emptyDraft, draft, types))
    sayDone(`${device.name} was added`)
    onClose()
    await navigate({ to: '/devices/$id', params: { id: String(device.id) } })
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
      title="New device"
      description="A source that tells of it later joins it when a MAC address or another id says they are the same."
    >
      <form onSubmit={submit} className="flex flex-col gap-3">
        <DeviceForm draft={draft} fields={fields} error={action.error} onDraft={setDraft} />
        {action.error && !shownInForm ? <ErrorLine error={action.error} /> : null}
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={action.busy}>
            Add the device
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
