import { counted } from '../format.ts'
import type { Paged } from '../paged.ts'
import { Badge } from '../ui/badge.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Listing } from '../ui/listing.tsx'
import { Panel } from '../ui/page.tsx'
import { Network } from 'lucide-react'
import { stretchSize } from './address-cells.ts'
import { ClaimLine } from './claim-line.tsx'
import type { AddressItem } from './prefix-types.ts'

/** The addresses of a prefix in order, with the free stretches between. */
export function AddressList({ addresses }: { addresses: Paged<AddressItem> }) {
  return (
    <Panel title="Addresses">
      <Listing
        label="Addresses"
        listing={addresses}
        empty={<EmptyState icon={Network} title="It has no addresses" />}
        row={(item) => (
          <li key={item.address} className="grid gap-x-4 px-4 py-1 sm:grid-cols-[14rem_minmax(0,1fr)]">
            {item.state === 'free' ? <Stretch item={item} /> : <Used item={item} />}
          </li>
        )}
      />
    </Panel>
  )
}

function Stretch({ item }: { item: AddressItem }) {
  const size = stretchSize(item)
  return (
    <>
      <span className="font-mono text-xs leading-5 break-all text-muted">
        {item.address}
        {item.last === null || item.last === item.address ? null : ` – ${item.last}`}
      </span>
      <span className="text-xs leading-5 text-muted">
        {size === undefined ? 'free' : `${counted(size, 'address', 'addresses')} free`}
      </span>
    </>
  )
}

function Used({ item: { address, claims, conflicts } }: { item: AddressItem }) {
  return (
    <>
      <span className="font-mono text-xs leading-5 break-all">{address}</span>
      <span className="min-w-0">
        {claims.map((claim) => (
          <ClaimLine key={`${claim.device} ${claim.host} ${claim.port}`} claim={claim} />
        ))}
        {conflicts.map((conflict) => (
          <Badge key={conflict.kind} tone="bad">
            {conflict.kind === 'two-devices' ? 'claimed more than once' : 'masks differ'}
          </Badge>
        ))}
      </span>
    </>
  )
}
