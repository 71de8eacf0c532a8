import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { CopyText } from '../ui/copy-text.tsx'
import { Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import type { FreeAddresses } from './prefix-types.ts'
import { addressesWords } from './prefix-words.ts'

/** The next free addresses, those that nobody ever had first, to take along. */
export function FreePanel({ prefix, vrf }: { prefix: string; vrf: string }) {
  const query = useQuery({
    queryKey: ['prefixes', 'free', prefix, vrf],
    queryFn: ({ signal }) =>
      api.get<FreeAddresses>(`/prefixes/${encodeURIComponent(prefix)}/free`, { vrf, count: 3 }, signal),
  })
  return (
    <Panel title="Next free">
      <QueryView query={query} lines={3}>
        {({ addresses, free }) =>
          addresses.length === 0 ? (
            <p className="px-4 py-2.5 text-muted">No address is free.</p>
          ) : (
            <div className="flex flex-col gap-1.5 px-4 py-2.5">
              <ul aria-label="Next free addresses" className="flex flex-col gap-1.5">
                {addresses.map(({ address, lastHolder, lastSeen }) => (
                  <li key={address}>
                    <CopyText text={address} label={address} />
                    {lastHolder === null ? null : (
                      <p className="mt-0.5 text-xs text-warn">
                        {lastHolder} had it, last seen <TimeAgo at={lastSeen} />
                      </p>
                    )}
                  </li>
                ))}
              </ul>
              <p className="text-xs text-muted">
                {addressesWords(free)} free, as far as the sources below know. It is not reserved: check that
                nothing answers there.
              </p>
            </div>
          )
        }
      </QueryView>
    </Panel>
  )
}
