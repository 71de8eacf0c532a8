import type { ReactNode } from 'react'
import { useParams, useSearch } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { counted } from '../format.ts'
import { usePaged } from '../paged.ts'
import { Badge } from '../ui/badge.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { isSmall } from './address-cells.ts'
import { AddressList } from './address-list.tsx'
import { AddressMap } from './address-map.tsx'
import { BlockMap } from './block-map.tsx'
import { FillBar } from './fill-bar.tsx'
import { FreePanel } from './free-panel.tsx'
import { FreshnessPanel } from './freshness-panel.tsx'
import { PrefixLink } from './prefix-link.tsx'
import { PrefixTable } from './prefix-table.tsx'
import type { AddressItem, PrefixDetail } from './prefix-types.ts'
import { addressesWords } from './prefix-words.ts'
import { ProblemsPanel } from './problems-panel.tsx'

/** One prefix: how full it is, who has which address, what is wrong, and what is free. */
export function PrefixPage() {
  const { address, length } = useParams({ from: '/shell/prefixes/$address/$length' })
  const asked = `${address}/${length}`
  const { vrf = '' } = useSearch({ from: '/shell/prefixes/$address/$length' })
  const query = useQuery({
    queryKey: ['prefixes', 'one', asked, vrf],
    queryFn: ({ signal }) => api.get<PrefixDetail>(`/prefixes/${encodeURIComponent(asked)}`, { vrf }, signal),
    retry: false,
  })
  const prefix = query.data
  return (
    <Page title={prefix?.prefix ?? asked} lead={prefix ? <Lead prefix={prefix} /> : null}>
      {prefix === undefined ? (
        <Panel>
          <QueryView query={query} lines={10}>
            {() => null}
          </QueryView>
        </Panel>
      ) : (
        <Known key={`${asked} ${vrf}`} prefix={prefix} address={address} />
      )}
    </Page>
  )
}

function Lead({ prefix: { names, vrf, status } }: { prefix: PrefixDetail }) {
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-2 text-muted">
      {names.join(', ')}
      {vrf === '' ? null : <Badge>{vrf}</Badge>}
      {status === null ? null : <Badge tone={status === 'active' ? 'good' : 'neutral'}>{status}</Badge>}
    </span>
  )
}

function Known({ prefix, address }: { prefix: PrefixDetail; address: string }) {
  const small = isSmall(prefix.prefix)
  const addresses = usePaged<AddressItem>(
    'prefixes',
    `/prefixes/${encodeURIComponent(prefix.prefix)}/addresses`,
    { vrf: prefix.vrf },
    { limit: small ? 1000 : 100, thenLimit: 500 },
  )
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_21rem]">
      <div className="flex min-w-0 flex-col gap-3">
        <Panel title="Use">
          <div className="px-4 py-2.5">
            <FillBar {...prefix} />
          </div>
        </Panel>
        <ProblemsPanel prefix={prefix} items={addresses.items ?? []} />
        {small && addresses.items !== undefined ? (
          <AddressMap prefix={prefix.prefix} vrf={prefix.vrf} items={addresses.items} address={address} />
        ) : null}
        {prefix.blocks.length > 0 ? <BlockMap {...prefix} /> : null}
        {prefix.children.length > 0 ? (
          <Panel title={`Prefixes in it (${prefix.children.length})`}>
            <PrefixTable label="Prefixes in it" prefixes={prefix.children} isTree={false} />
          </Panel>
        ) : null}
        <AddressList addresses={addresses} />
      </div>
      <aside aria-label="About the prefix" className="flex min-w-0 flex-col gap-3">
        <FreePanel prefix={prefix.prefix} vrf={prefix.vrf} />
        <Facts prefix={prefix} />
        <FreshnessPanel freshness={prefix.freshness} />
      </aside>
    </div>
  )
}

function Facts({ prefix }: { prefix: PrefixDetail }) {
  const { parent, vrf, site, vlan, sources, interfaces, total, free } = prefix
  const facts: readonly (readonly [name: string, value: ReactNode])[] = [
    ['Within', parent === null ? null : <PrefixLink prefix={parent} vrf={vrf} />],
    ['Usable', addressesWords(total)],
    ['Free', addressesWords(free)],
    ['Site', site],
    ['VLAN', vlan],
    ['Listed by', sources.length === 0 ? 'no source' : sources.join(', ')],
    ['Interfaces', interfaces === 0 ? 'none says that it is in it' : counted(interfaces, 'interface')],
  ]
  return (
    <Panel title="Facts">
      <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-y-1 px-4 py-2.5">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="min-w-0 break-words">{value}</dd>
            </div>
          ),
        )}
      </dl>
    </Panel>
  )
}
