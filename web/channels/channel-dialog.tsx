import { useMemo, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { api, asApiError } from '../api.ts'
import { sortComplaints } from '../complaints.ts'
import { draftOf, patchOf, settingsOf } from '../sources/setting-draft.ts'
import { fieldsOf, leavesOf, type Schema } from '../sources/setting-fields.ts'
import { SettingsForm } from '../sources/settings-form.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { CheckField, SelectField, TextField } from '../ui/field.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { ChannelWords } from './channel-words.tsx'
import type { Channel } from './channels-view.tsx'

interface Kind {
  kind: string
  title: string
  summary: string
  settings: Schema
}

interface ChannelDialogProps {
  channel: Channel | undefined
  onKept(): Promise<unknown>
  onClose(): void
}

/** Makes a channel or changes one. */
export function ChannelDialog(props: ChannelDialogProps) {
  const kinds = useQuery({
    queryKey: ['channel-kinds'],
    queryFn: ({ signal }) => api.get<{ items: Kind[] }>('/channel-kinds', {}, signal),
  }).data?.items
  const [chosen, setChosen] = useState(props.channel?.kind ?? 'email')
  const kind = kinds?.find((each) => each.kind === chosen)
  const { channel } = props
  return (
    <Dialog open wide onClose={props.onClose} title={channel ? `Channel ${channel.name}` : 'New channel'}>
      {kinds === undefined || kind === undefined ? (
        <Skeleton />
      ) : (
        <div className="flex flex-col gap-3">
          {channel ? null : (
            <SelectField
              label="Kind"
              hint={kind.summary}
              options={kinds.map(({ kind: value, title }) => ({ value, label: title }))}
              value={chosen}
              onChange={(event) => setChosen(event.target.value)}
            />
          )}
          <ChannelForm key={kind.kind} kind={kind} {...props} />
        </div>
      )}
    </Dialog>
  )
}

function ChannelForm({ kind, channel, onKept, onClose }: ChannelDialogProps & { kind: Kind }) {
  const fields = useMemo(() => fieldsOf(kind.settings), [kind])
  const stored = useMemo(() => draftOf(fields, channel?.settings), [fields, channel])
  const [draft, setDraft] = useState(stored)
  const [name, setName] = useState(channel?.name ?? '')
  const [enabled, setEnabled] = useState(channel?.enabled ?? true)
  const [quiet, setQuiet] = useState({
    from: channel?.quietHours?.from ?? '',
    to: channel?.quietHours?.to ?? '',
    zone: channel?.quietHours?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  })
  const [groupSeconds, setGroupSeconds] = useState(String(channel?.groupSeconds ?? 0))
  const [maxPerHour, setMaxPerHour] = useState(String(channel?.maxPerHour ?? 60))
  const [templates, setTemplates] = useState(channel?.templates ?? {})
  const save = useAction(async () => {
    const common = {
      name: name.trim(),
      enabled,
      quietHours: quiet.from === '' || quiet.to === '' ? null : quiet,
      groupSeconds: Number(groupSeconds),
      maxPerHour: Number(maxPerHour),
      templates,
    }
    if (channel)
      await api.patch(
        `/channels/${channel.id}`,
        { ...common, settings: patchOf(fields, draft, channel.settings) },
        channel.version,
      )
    else await api.post('/channels', { ...common, kind: kind.kind, settings: settingsOf(fields, draft) })
    sayDone(`The channel ${common.name} is kept`)
    await onKept()
    onClose()
  })
  const paths = leavesOf(fields).map(({ path }) => `settings.${path}`)
  const { byPath } = sortComplaints(paths, save.error ? asApiError(save.error).complaints : [])
  const errors = Object.fromEntries(
    Object.entries(byPath).map(([path, said]) => [path.replace('settings.', ''), said]),
  )
  return (
    <div className="flex flex-col gap-3.5">
      <TextField label="Name" required value={name} onChange={(event) => setName(event.target.value)} />
      <SettingsForm
        fields={fields}
        draft={draft}
        stored={stored}
        errors={errors}
        disabled={false}
        onDraft={setDraft}
      />
      <div className="grid gap-3 sm:grid-cols-3">
        <TextField
          label="Quiet from"
          type="time"
          value={quiet.from}
          onChange={(event) => setQuiet({ ...quiet, from: event.target.value })}
        />
        <TextField
          label="Quiet until"
          type="time"
          hint="Only what is critical is told then."
          value={quiet.to}
          onChange={(event) => setQuiet({ ...quiet, to: event.target.value })}
        />
        <TextField
          label="Time zone"
          value={quiet.zone}
          onChange={(event) => setQuiet({ ...quiet, zone: event.target.value })}
        />
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label="Seconds to wait for more"
          inputMode="numeric"
          hint="What comes meanwhile is told in one message."
          value={groupSeconds}
          onChange={(event) => setGroupSeconds(event.target.value)}
        />
        <TextField
          label="Messages an hour at most"
          inputMode="numeric"
          hint="More than these become one that tells of all."
          value={maxPerHour}
          onChange={(event) => setMaxPerHour(event.target.value)}
        />
      </div>
      <ChannelWords templates={templates} onTemplates={setTemplates} />
      <CheckField label="Switched on" checked={enabled} onValue={setEnabled} />
      <ErrorLine error={save.error} />
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" busy={save.busy} disabled={name.trim() === ''} onClick={() => void save.run()}>
          Save channel
        </Button>
      </DialogButtons>
    </div>
  )
}
