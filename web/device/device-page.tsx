import { useState } from 'react'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import type { Change, DeviceDetail } from '#features/inventory/device-shapes.ts'
import { asApiError } from '../api.ts'
import { deviceTypeIcons, deviceTypeName } from '../device-words.ts'
import { useKeys } from '../list/use-keys.ts'
import { usePaged } from '../paged.ts'
import { TagList } from '../tags.tsx'
import { Badge } from '../ui/badge.tsx'
import { classNames } from '../ui/class-names.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { DeviceStatus } from '../ui/status-badges.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { AsOfBar } from './as-of-bar.tsx'
import { ConfigsPanel, useConfigs } from './configs-panel.tsx'
import { DeviceActions } from './device-actions.tsx'
import { DeviceKnown } from './device-known.tsx'
import { deviceQuery } from './device-query.ts'
import { HistoryPanel } from './history-panel.tsx'
import { NoDevice } from './no-device.tsx'
import { ToldPanel, useTold } from './told-panel.tsx'

const tabs = ['known', 'told', 'configs', 'history'] as const
const isTab = (word: string | undefined): word is (typeof tabs)[number] =>
  (tabs as readonly (string | undefined)[]).includes(word)

/** All that is known of one device, now or as it was. */
export function DevicePage() {
  const { id } = useParams({ from: '/shell/devices/$id' })
  const search = useSearch({ from: '/shell/devices/$id' })
  const { at } = search
  const tab = isTab(search.tab) ? search.tab : 'known'
  const navigate = useNavigate({ from: '/devices/$id' })
  const go = (next: { at?: string | undefined; tab?: string | undefined }) => {
    const { at: time, tab: shown } = { at, tab: search.tab, ...next }
    void navigate({
      search: { ...(time ? { at: time } : {}), ...(shown ? { tab: shown } : {}) },
      replace: true,
    })
  }
  const [goesBack, setGoesBack] = useState(at !== undefined)
  const query = useQuery({
    ...deviceQuery(id, at),
    // Another time of the same device takes the place of the one shown; another device does not.
    placeholderData: (shown, before) => (before?.queryKey[1] === id ? shown : undefined),
  })
  const history = usePaged<Change>('device', `/devices/${encodeURIComponent(id)}/history`)
  const told = useTold(id).total ?? 0
  const configs = useConfigs(id).total ?? 0
  const device = query.data
  useKeys({
    Escape: () => at && go({ at: undefined }),
    h: () => go({ tab: tab === 'history' ? undefined : 'history' }),
  })
  const closeTime = () => {
    setGoesBack(false)
    go({ at: undefined })
  }
  return (
    <Page
      title={device?.name ?? 'Device'}
      lead={device ? <Lead device={device} /> : null}
      actions={
        device ? (
          <DeviceActions
            device={device}
            goesBack={goesBack}
            onGoBack={() => (goesBack ? closeTime() : setGoesBack(true))}
          />
        ) : null
      }
    >
      {goesBack ? (
        <AsOfBar history={history} at={at} onAt={(next) => go({ at: next })} onClose={closeTime} />
      ) : null}
      {query.isError ? (
        <Panel>
          {asApiError(query.error).status === 404 ? (
            <NoDevice id={id} />
          ) : (
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          )}
        </Panel>
      ) : device === undefined ? (
        <Panel>
          <Skeleton lines={12} />
        </Panel>
      ) : (
        <>
          <Tabs
            label="What is shown"
            value={tab}
            tabs={[
              ['known', 'What is known'],
              // Most devices have nobody to tell anything to.
              ...(told > 0 || tab === 'told' ? ([['told', 'What it tells', told]] as const) : []),
              ...(configs > 0 || tab === 'configs' ? ([['configs', 'Configuration', configs]] as const) : []),
              ['history', 'History'],
            ]}
            onValue={(next) => go({ tab: next === 'known' ? undefined : next })}
          />
          <div
            className={classNames(query.isPlaceholderData && 'opacity-60')}
            aria-busy={query.isPlaceholderData}
          >
            {tab === 'history' ? (
              <HistoryPanel
                history={history}
                onAt={(time) => {
                  setGoesBack(true)
                  go({ at: time, tab: undefined })
                }}
              />
            ) : tab === 'told' ? (
              <ToldPanel id={id} />
            ) : tab === 'configs' ? (
              <ConfigsPanel id={id} />
            ) : (
              <DeviceKnown device={device} />
            )}
          </div>
        </>
      )}
    </Page>
  )
}

function Lead({ device }: { device: DeviceDetail }) {
  const Icon = deviceTypeIcons[device.deviceType]
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-2">
      <span className="inline-flex items-center gap-1.5 text-muted">
        <Icon size={14} aria-hidden /> {deviceTypeName(device.deviceType)}
      </span>
      <DeviceStatus device={device} />
      {device.asOf === null ? null : <Badge tone="warn">as it was</Badge>}
      <TagList names={device.tags} limit={6} />
    </span>
  )
}
