import { useState } from 'react'
import { Lock, SlidersHorizontal } from 'lucide-react'
import { formatTime, formatValue } from '../format.ts'
import { usePaged } from '../paged.ts'
import { useMay } from '../session.ts'
import { inScheduleWords } from '../sources/schedules.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Panel } from '../ui/page.tsx'
import { PagedList } from './paged-list.tsx'
import { SettingDialog } from './setting-dialog.tsx'
import { groupLabel, settingLabel, type Setting } from './setting.ts'

/** How Rollcall behaves; a change takes effect at once. */
export function RuntimePart() {
  const settings = usePaged<Setting>('settings', '/settings', {}, { limit: 500 })
  const [edited, setEdited] = useState<Setting>()
  return (
    <>
      <PagedList
        listing={settings}
        empty={<EmptyState icon={SlidersHorizontal} title="There is nothing to set" />}
      >
        {(items) =>
          [...new Set(items.map(({ key }) => groupLabel(key)))].map((group) => (
            <Panel key={group} title={group}>
              <ul className="divide-y">
                {items
                  .filter(({ key }) => groupLabel(key) === group)
                  .map((setting) => (
                    <SettingLine key={setting.key} setting={setting} onEdit={() => setEdited(setting)} />
                  ))}
              </ul>
            </Panel>
          ))
        }
      </PagedList>
      {edited ? <SettingDialog setting={edited} onClose={() => setEdited(undefined)} /> : null}
    </>
  )
}

/** A value as people read it; schedules have words of their own. */
const spoken = ({ key }: Setting, value: unknown): string =>
  key.endsWith('.schedule') ? inScheduleWords(formatValue(value)) : formatValue(value)

function SettingLine({ setting, onEdit }: { setting: Setting; onEdit(): void }) {
  const mayChange = useMay('settings.change')
  const label = settingLabel(setting.key)
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-4 py-2 sm:grid-cols-[minmax(0,1fr)_minmax(6rem,12rem)_5rem]">
      <div className="min-w-0">
        <p className="font-medium">{label}</p>
        <p className="text-xs text-muted">{setting.description}</p>
      </div>
      <div className="flex min-w-0 flex-wrap items-center gap-x-2">
        <span className="truncate">{spoken(setting, setting.value)}</span>
        <Origin setting={setting} />
      </div>
      <div className="text-right">
        {mayChange && !setting.readOnly ? (
          <Button look="quiet" onClick={onEdit} aria-label={`Change ${label}`}>
            Change
          </Button>
        ) : null}
      </div>
    </li>
  )
}

function Origin({ setting }: { setting: Setting }) {
  if (setting.readOnly)
    return (
      <span
        className="flex items-center gap-1 text-2xs text-muted"
        title="It is set there, which wins over what is set here."
      >
        <Lock size={11} aria-hidden />
        {setting.origin === 'environment' ? 'by the environment' : 'by the file'}
      </span>
    )
  if (setting.origin !== 'setting') return null
  return (
    <span title={setting.updatedAt ? `${setting.updatedBy}, ${formatTime(setting.updatedAt)}` : undefined}>
      <Badge tone="accent">changed</Badge>
    </span>
  )
}
