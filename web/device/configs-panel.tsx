import { useState } from 'react'
import { FileCode2 } from 'lucide-react'
import type { Configuration } from '#features/configs/config-shapes.ts'
import { formatBytes, formatTime } from '../format.ts'
import { usePaged, type Paged } from '../paged.ts'
import { Badge } from '../ui/badge.tsx'
import { classNames } from '../ui/class-names.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Listing } from '../ui/listing.tsx'
import { Panel } from '../ui/page.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { ConfigDiff } from './config-diff.tsx'
import { ConfigText } from './config-text.tsx'

/** The versions of a device's configuration, those fetched last first. */
export const useConfigs = (id: string): Paged<Configuration> =>
  usePaged<Configuration>('device', `/devices/${encodeURIComponent(id)}/configurations`, {}, { limit: 30 })

const views = [
  ['diff', 'What it changed'],
  ['text', 'The whole text'],
] as const

/** The versions of a configuration, and of one of them what it changed and what it says. */
export function ConfigsPanel({ id }: { id: string }) {
  const configs = useConfigs(id)
  const [chosen, setChosen] = useState<number>()
  const [view, setView] = useState<(typeof views)[number][0]>('diff')
  const shown = configs.items?.find((config) => config.id === chosen) ?? configs.items?.[0]
  const count = configs.total === undefined ? '' : ` (${configs.total})`
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <Panel title={`Versions${count}`}>
        <Listing
          listing={configs}
          label="Versions, those fetched last first"
          row={(config) => (
            <Version
              key={config.id}
              config={config}
              isShown={config.id === shown?.id}
              onShow={() => setChosen(config.id)}
            />
          )}
          empty={
            <EmptyState icon={FileCode2} title="No configuration">
              Configurations come from Oxidized.
            </EmptyState>
          }
        />
      </Panel>
      {shown === undefined ? null : (
        <Panel title={`Version ${shown.version} from ${shown.source}`}>
          <div className="px-4">
            <Tabs
              label="What is shown of the version"
              value={view}
              tabs={views}
              onValue={(next) => setView(next)}
            />
          </div>
          {view === 'diff' ? (
            <ConfigDiff id={id} config={shown} />
          ) : (
            <ConfigText key={shown.id} id={id} config={shown} />
          )}
        </Panel>
      )}
    </div>
  )
}

interface VersionProps {
  config: Configuration
  isShown: boolean
  onShow(): void
}

function Version({ config, isShown, onShow }: VersionProps) {
  const { version, retrievedAt, source, author, message, bytes, isNewest } = config
  const by = [author, message].filter(Boolean).join(': ')
  return (
    <li>
      <button
        type="button"
        aria-current={isShown ? 'true' : undefined}
        onClick={onShow}
        className={classNames(
          'flex w-full flex-col gap-0.5 px-4 py-2 text-left hover:bg-sunken',
          isShown && 'bg-accent-soft',
        )}
      >
        <span className="flex items-center gap-2">
          <span className="font-medium">{formatTime(retrievedAt)}</span>
          {isNewest ? <Badge tone="good">newest</Badge> : null}
        </span>
        <span className="text-xs text-muted">
          Version {version} · {source} · <TimeAgo at={retrievedAt} />
          {bytes === null ? null : ` · ${formatBytes(bytes)}`}
        </span>
        {by === '' ? null : <span className="truncate text-xs text-muted">{by}</span>}
      </button>
    </li>
  )
}
