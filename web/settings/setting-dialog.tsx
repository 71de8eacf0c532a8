import { useState, type FormEvent } from 'react'
import { RotateCcw } from 'lucide-react'
import { api, asApiError } from '../api.ts'
import { formatValue } from '../format.ts'
import { sortComplaints } from '../complaints.ts'
import { draftOf, settingsOf } from '../sources/setting-draft.ts'
import { fieldsOf } from '../sources/setting-fields.ts'
import { SettingInput } from '../sources/setting-input.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { refresh } from './refresh.ts'
import { settingLabel, type Setting } from './setting.ts'

/** Changes one setting, or gives it back its usual value. */
export function SettingDialog({ setting, onClose }: { setting: Setting; onClose(): void }) {
  const [field] = useState(
    () => fieldsOf({ properties: { value: { ...setting.schema, title: settingLabel(setting.key) } } })[0]!,
  )
  const stored = { value: setting.value }
  const [draft, setDraft] = useState(() => draftOf([field], stored))
  const path = `/settings/${encodeURIComponent(setting.key)}`
  const action = useAction(async (value: unknown) => {
    if (value === undefined) await api.delete(path)
    else await api.put(path, { value })
    await refresh('settings')
    sayDone(`${settingLabel(setting.key)} is ${value === undefined ? 'as usual again' : 'changed'}`)
    onClose()
  })
  const { byPath } = sortComplaints(['value'], action.error ? asApiError(action.error).complaints : [])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run(settingsOf([field], draft, stored)['value'])
  }
  return (
    <Dialog open onClose={onClose} title={settingLabel(setting.key)} description={setting.description}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-3">
        <SettingInput
          field={{ ...field, help: undefined }}
          value={draft['value']}
          stored={false}
          error={byPath['value']}
          disabled={false}
          onValue={(value) => setDraft({ value })}
        />
        <p className="text-xs text-muted">
          Usually: {formatValue(setting.default) || 'not set'}. Its name elsewhere is{' '}
          <code className="font-mono">{setting.key}</code>.
        </p>
        {byPath['value'] ? null : <ErrorLine error={action.error} />}
        <DialogButtons>
          {setting.origin !== 'setting' ? null : (
            <Button
              icon={RotateCcw}
              className="mr-auto"
              disabled={action.busy}
              onClick={() => void action.run(undefined)}
            >
              As usual
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={action.busy}>
            Save
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
