import { useState } from 'react'
import { SlidersHorizontal } from 'lucide-react'
import { formatValue } from '../format.ts'
import { usePaged } from '../paged.ts'
import { useMay } from '../session.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Panel } from '../ui/page.tsx'
import { PagedList } from './paged-list.tsx'
import { SettingDialog } from './setting-dialog.tsx'
import { settingLabel, type Setting } from './setting.ts'

/** How Rollcall behaves; a change takes effect at once. */
export function RuntimePart() {
  const settings = usePaged<Setting>('settings', '/settings', {}, { limit: 500 })
  const mayChange = useMay('settings.change')
  const [edited, setEdited] = useState<Setting>()
  return (
    <Panel title="Behaviour">
      <PagedList
        listing={settings}
        empty={<EmptyState icon={SlidersHorizontal} title="There is nothing to set" />}
      >
        {(items) => (
          <ul className="divide-y">
            {items.map((setting) => (
              <li key={setting.key} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
                <div className="min-w-0 flex-1 basis-64">
                  <p className="font-medium">{settingLabel(setting.key)}</p>
                  <p className="text-xs text-muted">{setting.description}</p>
                </div>
                <span className="max-w-64 truncate" title={formatValue(setting.value)}>
                  {formatValue(setting.value) || <span className="text-muted">not set</span>}
                </span>
                {setting.isDefault ? null : <Badge tone="accent">changed</Badge>}
                {mayChange ? (
                  <Button look="quiet" onClick={() => setEdited(setting)}>
                    Change
                  </Button>
                ) : null}
              </li>
            ))}
          </ul>
        )}
      </PagedList>
      {edited ? <SettingDialog setting={edited} onClose={() => setEdited(undefined)} /> : null}
    </Panel>
  )
}
