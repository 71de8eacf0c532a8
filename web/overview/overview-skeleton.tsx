import { Panel } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** The shape of the page while it is on its way. */
export function OverviewSkeleton() {
  return (
    <>
      <Panel className="min-h-32">
        <Skeleton lines={3} />
      </Panel>
      <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
        <Panel>
          <Skeleton lines={10} />
        </Panel>
        <Panel>
          <Skeleton lines={6} />
        </Panel>
      </div>
    </>
  )
}
