import { Panel } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** The frame of the overview while it is read. */
export function OverviewSkeleton() {
  return (
    <>
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {Array.from({ length: 4 }, (_, index) => (
          <div key={index} className="h-22 animate-pulse rounded-lg border bg-surface" />
        ))}
      </div>
      <div className="grid gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,24rem)]">
        <Panel>
          <Skeleton lines={8} />
        </Panel>
        <Panel>
          <Skeleton lines={6} />
        </Panel>
      </div>
    </>
  )
}
