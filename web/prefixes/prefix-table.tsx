import { Badge } from '../ui/badge.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { FillBar } from './fill-bar.tsx'
import { PrefixLink } from './prefix-link.tsx'
import type { PrefixItem } from './prefix-types.ts'
import { indents } from './prefix-words.ts'

interface PrefixTableProps {
  label: string
  prefixes: readonly PrefixItem[]
  /** Whether each stands below what holds it; else all stand side by side. */
  isTree: boolean
}

type Row = PrefixItem & { indent: number }

const muted = (text: string) => <span className="text-muted">{text}</span>

const columns: readonly Column<Row>[] = [
  { header: 'Prefix', cell: (row) => <Name row={row} /> },
  {
    header: 'Name',
    cell: ({ names, status }) => (
      <span className="flex min-w-0 items-center gap-1.5">
        <span className="truncate" title={names.join(', ')}>
          {names.length === 0 ? muted('—') : names.join(', ')}
        </span>
        {status === null || status === 'active' ? null : <Badge>{status}</Badge>}
      </span>
    ),
    className: 'hidden max-w-56 sm:table-cell',
  },
  { header: 'Used', cell: (row) => <FillBar {...row} />, className: 'sm:w-1/4 sm:min-w-44' },
  {
    header: 'Site',
    cell: ({ site }) => <span className="block truncate">{site ?? muted('—')}</span>,
    className: 'hidden max-w-40 lg:table-cell',
  },
  {
    header: 'VLAN',
    cell: ({ vlan }) => vlan ?? muted('—'),
    className: 'hidden text-right md:table-cell',
  },
  {
    header: 'Known from',
    cell: ({ sources, interfaces }) => (
      <span className="block truncate text-xs text-muted" title={sources.join(', ')}>
        {[
          ...sources,
          ...(interfaces > 0 ? [`${interfaces} interfaces`.replace(/^1 .*/, '1 interface')] : []),
        ].join(', ')}
      </span>
    ),
    className: 'hidden max-w-48 lg:table-cell',
  },
]

/** Prefixes in a dense table, each below what holds it. */
export function PrefixTable({ label, prefixes, isTree }: PrefixTableProps) {
  const steps = isTree ? indents(prefixes) : []
  const rows = prefixes.map((prefix, at) => ({ ...prefix, indent: steps[at] ?? 0 }))
  return (
    <Table label={label} columns={columns} rows={rows} rowKey={({ prefix, vrf }) => `${vrf} ${prefix}`} />
  )
}

function Name({ row: { prefix, vrf, names, conflicts, indent } }: { row: Row }) {
  return (
    <span className="block" style={{ paddingLeft: `${Math.min(indent, 6) * 0.875}rem` }}>
      <span className="flex flex-wrap items-center gap-x-1.5 gap-y-0.5">
        <PrefixLink
          prefix={prefix}
          vrf={vrf}
          className={`font-mono text-xs font-medium hover:text-accent hover:underline ${prefix.includes(':') ? 'break-all' : 'whitespace-nowrap'}`}
        />
        {vrf === '' ? null : <Badge>{vrf}</Badge>}
        {conflicts === 0 ? null : (
          <Badge tone="warn">{conflicts === 1 ? '1 conflict' : `${conflicts} conflicts`}</Badge>
        )}
      </span>
      {names.length === 0 ? null : (
        <span className="block max-w-40 truncate text-xs text-muted sm:hidden">{names.join(', ')}</span>
      )}
    </span>
  )
}
