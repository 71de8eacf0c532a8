import { useState } from 'react'
import { ChevronDown, ChevronRight } from 'lucide-react'
import type { FleetGroup } from '#features/servers/group-servers.ts'
import { counted } from '../format.ts'
import { usePaged } from '../paged.ts'
import type { ComparedMetric } from '../servers/metric-words.ts'
import type { ServerItem } from '../servers/server-types.ts'
import { Button } from '../ui/button.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { HeatRows } from './heat-rows.tsx'
import { narrowed } from './narrowed.ts'
import { useFleetGroups } from './use-fleet-groups.ts'
import type { Grouping } from './use-fleet-place.ts'
import type { Stretch } from './use-heat.ts'

interface HeatGroupsProps {
  by: Grouping
  q: string
  metric: ComparedMetric
  stretch: Stretch
  most: number
  onMost(most: number): void
}

/** So many groups are open at first: each asks for its servers by itself. */
const openAtFirst = 4

/** The strips of servers under the headings of their groups. */
export function HeatGroups(props: HeatGroupsProps) {
  const query = useFleetGroups(props.by, props.q)
  return (
    <div className="min-h-0 grow overflow-auto">
      <QueryView query={query} lines={12}>
        {({ groups }) =>
          groups.map((group, index) => (
            <HeatGroup
              key={JSON.stringify([props.by, props.q, group.name])}
              {...props}
              group={group}
              isOpenAtFirst={index < openAtFirst}
            />
          ))
        }
      </QueryView>
    </div>
  )
}

function HeatGroup({
  group,
  isOpenAtFirst,
  ...props
}: HeatGroupsProps & { group: FleetGroup; isOpenAtFirst: boolean }) {
  const [isOpen, setOpen] = useState(isOpenAtFirst)
  const Chevron = isOpen ? ChevronDown : ChevronRight
  return (
    <section aria-label={group.name ?? 'None'} className="border-b last:border-b-0">
      <h2>
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="flex h-8 w-full items-center gap-1.5 px-2 text-left hover:bg-sunken"
        >
          <Chevron size={14} className="text-muted" aria-hidden />
          <span className="font-medium">{group.name ?? 'None'}</span>
          <span className="text-xs text-muted">{counted(group.total, 'server')}</span>
        </button>
      </h2>
      {isOpen ? <Members {...props} name={group.name} /> : null}
    </section>
  )
}

const nothing = () => {}

function Members({ by, q, name, ...heat }: HeatGroupsProps & { name: string | null }) {
  const listing = usePaged<ServerItem>(
    'servers',
    '/servers',
    { q: narrowed(q, by, name) },
    { limit: 50, thenLimit: 200 },
  )
  return (
    <>
      <HeatRows {...heat} servers={listing.items ?? []} more={false} isPart onMore={nothing} />
      {listing.hasNextPage ? (
        <div className="p-1 text-center">
          <Button look="quiet" busy={listing.isFetchingNextPage} onClick={() => void listing.fetchNextPage()}>
            Show more
          </Button>
        </div>
      ) : null}
    </>
  )
}
