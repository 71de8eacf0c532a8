import { useMemo, useRef, useState } from 'react'
import { List, Route, Waypoints } from 'lucide-react'
import { counted } from '../format.ts'
import { useKeys } from '../list/use-keys.ts'
import { QueryBar } from '../query/query-bar.tsx'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Page } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { DeviceAside } from './device-aside.tsx'
import { GraphCanvas } from './graph-canvas.tsx'
import { GraphLists } from './graph-lists.tsx'
import { CutNote, FreshnessNote, Legend } from './graph-notes.tsx'
import { PathPanel } from './path-panel.tsx'
import { pathMarks, type ShownGraph } from './shown-graph.ts'
import { TopologyFilter } from './topology-filter.tsx'
import { useTopologyGraph } from './use-topology-graph.ts'
import { largeLimit, useTopologyPlace, type TopologyPlace } from './use-topology-place.ts'

/** How devices hang together, as a picture or as lists. */
export function TopologyPage() {
  const place = useTopologyPlace()
  const { q, go } = place
  const { answer, path, graph, expand } = useTopologyGraph(place)
  const [cannotDraw, setCannotDraw] = useState(false)
  const bar = useRef<HTMLDivElement>(null)
  const isList = place.isList || cannotDraw
  const steps = path.data?.steps
  const marks = useMemo(() => (steps && steps.length > 0 ? pathMarks(steps) : undefined), [steps])
  const close = () => go({ pick: undefined, from: undefined, to: undefined, panel: undefined }, true)
  useKeys({
    '/': () => bar.current?.querySelector('input')?.focus(),
    l: () => go({ as: place.isList ? undefined : 'list' }, true),
    p: () => go({ panel: 'path' }),
    Escape: close,
  })
  return (
    <Page
      title="Topology"
      full
      lead={
        <output className="text-muted">
          {graph
            ? `${counted(graph.nodes.size, 'device')}, ${counted(graph.edges.size, 'relationship')}`
            : ''}
        </output>
      }
      actions={
        <>
          <Button
            look="quiet"
            icon={Route}
            aria-pressed={place.asksPath}
            title="p"
            onClick={() => go({ panel: 'path' })}
          >
            Path between two
          </Button>
          <Button
            icon={isList ? Waypoints : List}
            title="l"
            disabled={cannotDraw}
            onClick={() => go({ as: isList ? undefined : 'list' }, true)}
          >
            {isList ? 'Show the picture' : 'Show as list'}
          </Button>
        </>
      }
    >
      <div ref={bar} className="shrink-0">
        <QueryBar
          subject="device"
          label="Query of devices"
          placeholder="Only devices that match: name, site:Graz, type:vm, tag:prod…   (press /)"
          q={q}
          error={answer.error}
          onQuery={(next) => go({ q: next || undefined, pick: undefined })}
        />
      </div>
      <TopologyFilter place={place} />
      <div className="flex min-h-0 grow flex-col overflow-hidden rounded-lg border bg-surface">
        {cannotDraw ? (
          <p role="alert" className="border-b bg-warn-soft px-4 py-1.5 text-warn">
            This browser cannot draw the picture, because WebGL is off. The list shows the same.
          </p>
        ) : null}
        {answer.data ? (
          <CutNote
            answer={answer.data}
            limit={place.limit}
            onMore={() => go({ limit: String(largeLimit) }, true)}
          />
        ) : null}
        <div className="relative flex min-h-0 grow flex-col md:flex-row" aria-busy={answer.isFetching}>
          {answer.isError ? (
            <div className="grow">
              <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />
            </div>
          ) : graph === undefined ? (
            <div className="grow">
              <Skeleton lines={12} />
            </div>
          ) : graph.nodes.size === 0 ? (
            <div className="grow">
              <NothingKnown place={place} />
            </div>
          ) : isList ? (
            <GraphLists graph={graph} onPick={(id) => go({ pick: String(id) }, true)} />
          ) : (
            <div className="relative flex min-h-0 min-w-0 grow">
              <GraphCanvas
                graph={graph}
                layout={place.layout}
                picked={place.pick}
                path={place.asksPath ? marks : undefined}
                onPick={(id) => go({ pick: id === undefined ? undefined : String(id) }, true)}
                onExpand={(id) => void expand(id)}
                onFailed={() => setCannotDraw(true)}
              />
              <Legend graph={graph} />
            </div>
          )}
          <Aside
            place={place}
            isList={isList}
            graph={graph}
            path={path}
            onExpand={(id) => void expand(id)}
            onClose={close}
          />
        </div>
        {answer.data ? <FreshnessNote sources={answer.data.sources} /> : null}
      </div>
    </Page>
  )
}

interface AsideProps {
  isList: boolean
  place: TopologyPlace
  graph: ShownGraph | undefined
  path: ReturnType<typeof useTopologyGraph>['path']
  onExpand(id: number): void
  onClose(): void
}

/** The path, or else the device that was picked. */
function Aside({
  place: { pick, from, to, asksPath, go },
  isList,
  graph,
  path,
  onExpand,
  onClose,
}: AsideProps) {
  const node = pick === undefined ? undefined : graph?.nodes.get(pick)
  const onPick = (id: number) => go({ pick: String(id) }, true)
  if (!asksPath && node === undefined) return null
  return (
    <aside
      aria-label="Details"
      className={classNames(
        'flex max-h-[50%] min-h-0 shrink-0 flex-col divide-y overflow-y-auto border-t bg-surface md:max-h-full md:w-80 md:border-t-0 md:border-l',
        // The picture stays where it is, and the second press of a double click meets what the first one met.
        isList ? '' : 'md:absolute md:inset-y-0 md:right-0 md:z-10 md:shadow-lg',
      )}
    >
      {asksPath ? (
        <PathPanel
          from={from}
          to={to}
          path={path}
          onEnds={(ends) => go({ ...ends, panel: 'path' })}
          onPick={onPick}
          onClose={() => go({ from: undefined, to: undefined, panel: undefined })}
        />
      ) : null}
      {graph && node ? (
        <DeviceAside
          graph={graph}
          node={node}
          onPick={onPick}
          onExpand={() => onExpand(node.id)}
          onAround={() => go({ around: String(node.id), q: undefined })}
          onPath={() => go({ from: String(node.id), panel: 'path' })}
          onClose={() => (asksPath ? go({ pick: undefined }, true) : onClose())}
        />
      ) : null}
    </aside>
  )
}

function NothingKnown({ place: { q, around, go } }: { place: TopologyPlace }) {
  if (q !== '' || around !== undefined)
    return (
      <EmptyState
        icon={Waypoints}
        title="No device like that hangs together with another"
        action={
          <Button onClick={() => go({ q: undefined, around: undefined, types: undefined })}>
            Show everything
          </Button>
        }
      />
    )
  return (
    <EmptyState icon={Waypoints} title="No relationships are known">
      Switches tell of cables and neighbours (SNMP, MikroTik), vCenter and Proxmox VE of what runs where, and
      NetBox of what is documented. Add such a source, or enter a relationship on the page of a device.
    </EmptyState>
  )
}
