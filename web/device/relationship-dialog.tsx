import { useId, useState, type FormEvent } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { api, type Page } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { useAction } from '../use-action.ts'
import { refreshDevice } from './device-query.ts'
import { edgeOf, relationshipWords, sides } from './relationship-words.ts'

/** Says by hand how the device hangs together with another. */
export function RelationshipDialog({ deviceId, onClose }: { deviceId: number; onClose(): void }) {
  const id = useId()
  const [side, setSide] = useState(sides[0]!)
  const [other, setOther] = useState('')
  const found = useQuery({
    queryKey: ['devices', 'named', other],
    queryFn: ({ signal }) => api.get<Page<DeviceItem>>('/devices', { q: other.trim(), limit: 12 }, signal),
    enabled: other.trim().length > 1,
    retry: false,
  })
  const action = useAction(async () => {
    await api.post('/relationships', edgeOf(side, String(deviceId), other.trim()))
    await refreshDevice()
    onClose()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (other.trim() !== '') void action.run()
  }
  return (
    <Dialog open onClose={onClose} title="Add a relationship" description="Sources keep their own.">
      <form onSubmit={submit} className="flex flex-col gap-3">
        <SelectField
          label="This device"
          value={side}
          options={sides.map((value) => ({ value, label: relationshipWords[value] }))}
          onChange={(event) => setSide(event.target.value as typeof side)}
        />
        <TextField
          label="The other device"
          hint="Its name, address, MAC address or number."
          required
          list={`${id}-devices`}
          spellCheck={false}
          value={other}
          onChange={(event) => setOther(event.target.value)}
        />
        <datalist id={`${id}-devices`}>
          {found.data?.items.map((device) => (
            <option key={device.id}>{device.name}</option>
          ))}
        </datalist>
        <ErrorLine error={action.error} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={action.busy} disabled={other.trim() === ''}>
            Add
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
