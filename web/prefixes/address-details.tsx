import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { TimeAgo } from '../ui/time-ago.tsx'
import { stateWords, type CellState } from './address-cells.ts'
import { ClaimLine } from './claim-line.tsx'
import type { AddressDetail } from './prefix-types.ts'

interface AddressDetailsProps {
  address: string
  vrf: string
  state: CellState
}

/** Who has the chosen address, or had it last. */
export function AddressDetails({ address, vrf, state }: AddressDetailsProps) {
  const { data } = useQuery({
    queryKey: ['prefixes', 'address', address],
    queryFn: ({ signal }) => api.get<AddressDetail>(`/addresses/${encodeURIComponent(address)}`, {}, signal),
    placeholderData: keepPreviousData,
    enabled: state !== 'outside',
  })
  const place = data?.places.find((each) => each.vrf === vrf)
  return (
    <div className="min-h-20 border-t px-4 py-2.5" aria-live="polite" aria-label="The chosen address">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-mono font-medium">{address}</span>
        <span className={state === 'conflict' ? 'text-bad' : 'text-muted'}>{stateWords[state]}</span>
        {data?.lastHolder && state === 'free' ? (
          <span className="text-xs text-muted">
            last {data.lastHolder}, <TimeAgo at={data.lastSeen} />
          </span>
        ) : null}
      </p>
      {state !== 'outside' && place !== undefined ? (
        <ul className="mt-1 flex flex-col gap-0.5">
          {place.claims.map((claim) => (
            <li key={`${claim.device} ${claim.host} ${claim.port}`}>
              <ClaimLine claim={claim} />
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
