import { Link } from '@tanstack/react-router'
import { MonitorCheck, PlugZap, Radar } from 'lucide-react'
import { useMay } from '../session.ts'
import { buttonClass } from '../ui/button.tsx'

/** What to do in an empty inventory. */
export function FirstSteps({ sources }: { sources: number }) {
  const maySync = useMay('sync.run')
  const mayAdd = useMay('sources.change')
  return (
    <section aria-label="First steps" className="rounded-lg border bg-surface px-6 py-6">
      <h2 className="text-base font-semibold">Your inventory is empty</h2>
      <p className="mt-1 max-w-2xl text-muted">
        Rollcall collects machines from the systems that know of them and works out which reports are about
        the same one. {sources > 0 ? 'Your sources have not been read yet.' : 'Begin with one source.'}
      </p>
      <div className="mt-4 flex flex-wrap gap-2">
        {mayAdd ? (
          <Link to="/sources" search={{ add: 'choose' }} className={buttonClass('primary')}>
            <PlugZap size={15} aria-hidden /> Add a source
          </Link>
        ) : null}
        {maySync ? (
          <Link to="/sources" className={buttonClass()}>
            <Radar size={15} aria-hidden /> Discover a network
          </Link>
        ) : null}
        <Link to="/hosts" className={buttonClass('quiet')}>
          <MonitorCheck size={15} aria-hidden /> Look at hosts
        </Link>
      </div>
    </section>
  )
}
