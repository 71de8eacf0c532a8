import type { DeviceInterface } from '../inventory-types.ts'
import { AddressLink } from '../prefixes/prefix-link.tsx'
import { Panel } from '../ui/page.tsx'
import { Table, type Column } from '../ui/table.tsx'

const nothing = <span className="text-muted">—</span>

/** `1 Gbit/s`, `100 Mbit/s`. */
const speed = (megabits: number): string =>
  megabits >= 1000 ? `${Number((megabits / 1000).toFixed(1))} Gbit/s` : `${megabits} Mbit/s`

const columns: readonly Column<DeviceInterface>[] = [
  { header: 'Name', cell: ({ name }) => <span className="font-medium">{name}</span> },
  {
    header: 'MAC address',
    cell: ({ mac }) => (mac === null ? nothing : <span className="font-mono text-xs">{mac}</span>),
  },
  {
    header: 'Addresses',
    cell: ({ addresses, metadata }) =>
      addresses.length === 0 ? (
        nothing
      ) : (
        <ul className="font-mono text-xs leading-5">
          {addresses.map((address) => (
            <li key={address}>
              <AddressLink
                address={address}
                vrf={typeof metadata['vrf'] === 'string' ? metadata['vrf'] : undefined}
              />
            </li>
          ))}
        </ul>
      ),
  },
  {
    header: 'Speed',
    cell: ({ speedMbps }) => (speedMbps === null ? nothing : speed(speedMbps)),
    className: 'text-right whitespace-nowrap',
  },
  {
    header: 'State',
    cell: ({ status }) =>
      status === null ? (
        nothing
      ) : (
        <span className={status === 'up' ? 'text-good' : 'text-muted'}>{status}</span>
      ),
  },
  {
    header: 'Kind',
    cell: ({ type }) => (type === null ? nothing : <span className="text-muted">{type}</span>),
  },
]

/** The interfaces with their addresses. */
export function InterfacesPanel({ interfaces }: { interfaces: readonly DeviceInterface[] }) {
  if (interfaces.length === 0) return null
  return (
    <Panel title={`Interfaces (${interfaces.length})`}>
      <Table label="Interfaces" columns={columns} rows={interfaces} rowKey={({ name }) => name} />
    </Panel>
  )
}
