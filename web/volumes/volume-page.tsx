import type { ReactNode } from 'react'
import { Link, useParams } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { HardDrive } from 'lucide-react'
import type { VolumeDetail } from '#features/volumes/volume-shapes.ts'
import { api, asApiError } from '../api.ts'
import { capitalised, counted, formatTime, formatValue, inWords } from '../format.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { DeviceStatus } from '../ui/status-badges.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { BackingList } from './backing-list.tsx'
import { UsageBar } from './usage-bar.tsx'
import { volumeMarks, volumeTypeNames } from './volume-words.ts'

/** One volume: how full it is, what it lies on, what lies on it, and who uses it. */
export function VolumePage() {
  const { id } = useParams({ from: '/shell/volumes/$id' })
  const query = useQuery({
    queryKey: ['volumes', 'one', id],
    queryFn: ({ signal }) => api.get<VolumeDetail>(`/volumes/${encodeURIComponent(id)}`, {}, signal),
    retry: false,
  })
  const isMissing = query.isError && asApiError(query.error).status === 404
  return (
    <Page title={query.data?.name ?? 'Volume'} lead={query.data ? <Lead volume={query.data} /> : null}>
      {isMissing ? (
        <Panel>
          <EmptyState icon={HardDrive} title={`There is no volume ${id}`} />
        </Panel>
      ) : query.data ? (
        <Known volume={query.data} />
      ) : (
        <Panel>
          <QueryView query={query} lines={10}>
            {() => null}
          </QueryView>
        </Panel>
      )}
    </Page>
  )
}

const Lead = ({ volume }: { volume: VolumeDetail }) => (
  <span className="text-muted">
    {[volumeTypeNames[volume.volumeType], ...volumeMarks(volume)].join(', ')}
  </span>
)

function Known({ volume }: { volume: VolumeDetail }) {
  const { backing, carries, users, usersTotal } = volume
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_21rem]">
      <div className="flex min-w-0 flex-col gap-3">
        <Panel title="Space">
          <div className="px-4 py-2.5">
            <UsageBar {...volume} />
          </div>
        </Panel>
        {backing.length > 0 ? (
          <Panel title="Lies on">
            <BackingList top={volume.id} backing={backing} label="What it lies on" />
          </Panel>
        ) : null}
        {carries.length > 0 ? (
          <Panel title={`Lies on it (${carries.length})`}>
            <BackingList top={volume.id} backing={carries} label="What lies on it" />
          </Panel>
        ) : null}
        {usersTotal > 0 ? <Users users={users} total={usersTotal} /> : null}
      </div>
      <Facts volume={volume} />
    </div>
  )
}

function Users({ users, total }: { users: VolumeDetail['users']; total: number }) {
  return (
    <Panel title={`Used by ${counted(total, 'device')}`}>
      <ul aria-label="Devices that use it" className="grid gap-x-4 px-4 py-2 sm:grid-cols-2">
        {users.map((device) => (
          <li key={device.id} className="flex min-w-0 items-center gap-2 py-0.5">
            <Link
              to="/devices/$id"
              params={{ id: String(device.id) }}
              className="truncate hover:text-accent hover:underline"
            >
              {device.name}
            </Link>
            {device.status === 'active' ? null : <DeviceStatus device={{ ...device, retiredAt: null }} />}
          </li>
        ))}
      </ul>
      {total > users.length ? (
        <p className="border-t px-4 py-2 text-xs text-muted">The first {users.length} are shown.</p>
      ) : null}
    </Panel>
  )
}

/** `createdAt` as people read it. */
const label = (name: string): string =>
  capitalised(inWords(name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()))

function Facts({ volume }: { volume: VolumeDetail }) {
  const { array, device, pool, raidLevel, thinProvisioned, source, readAt, ids, facts, createdAt } = volume
  return (
    <Panel title="Facts">
      <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-y-1 px-4 py-2.5">
        <Fact name="Array">
          {device === null ? (
            array
          ) : (
            <Link
              to="/devices/$id"
              params={{ id: String(device.id) }}
              className="hover:text-accent hover:underline"
            >
              {device.name}
            </Link>
          )}
        </Fact>
        <Fact name="Cut from">{pool?.name}</Fact>
        <Fact name="RAID level">{raidLevel}</Fact>
        <Fact name="Thin">{thinProvisioned === null ? null : formatValue(thinProvisioned)}</Fact>
        {Object.entries(facts).map(([name, value]) => (
          <Fact key={name} name={label(name)}>
            {formatValue(value)}
          </Fact>
        ))}
        {ids.map((id) => (
          <Fact key={id} name="Known as">
            <code className="text-xs break-all">{id}</code>
          </Fact>
        ))}
        <Fact name="Source">{source}</Fact>
        <Fact name="Read whole">
          <TimeAgo at={readAt} />
        </Fact>
        <Fact name="Known since">
          <time dateTime={createdAt}>{formatTime(createdAt)}</time>
        </Fact>
      </dl>
    </Panel>
  )
}

/** Nothing for what is not known. */
function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === undefined || children === '') return null
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}
