import { useState } from 'react'
import { Panel } from '../ui/page.tsx'
import { AddressDetails } from './address-details.tsx'
import { addressCells, cellWords, stateWords, type CellState } from './address-cells.ts'
import { CellGrid } from './cell-grid.tsx'
import type { AddressItem } from './prefix-types.ts'

interface AddressMapProps {
  prefix: string
  vrf: string
  items: readonly AddressItem[]
  /** The address that is looked at from the start. */
  address: string | undefined
}

/** Colours are told apart by more than colour: dashes, an underline, a mark, or no number. */
const looks: Readonly<Record<CellState, string>> = {
  free: 'border-line bg-surface text-muted',
  device: 'border-accent bg-accent font-medium text-on-accent',
  seen: 'border-dashed border-accent bg-accent-soft text-accent',
  shared: 'border-good bg-good-soft text-good underline underline-offset-2',
  conflict: 'border-2 border-bad bg-bad-soft font-bold text-bad',
  outside: 'border-transparent bg-sunken text-muted',
}
const legend: readonly CellState[] = ['device', 'seen', 'shared', 'conflict', 'free']

/** On a phone three digits fill a cell; a thick edge marks it there. */
const marked = (state: CellState, label: string) =>
  state === 'outside' ? (
    '·'
  ) : (
    <span>
      {label}
      {state === 'conflict' ? <span className="hidden sm:inline">!</span> : null}
    </span>
  )

/** Every address of a small prefix at one glance, and what is known of the one that is chosen. */
export function AddressMap({ prefix, vrf, items, address }: AddressMapProps) {
  const cells = addressCells(prefix, items)
  const wanted = cells.findIndex((cell) => cell.address === address && cell.state !== 'outside')
  const begin =
    wanted >= 0
      ? wanted
      : Math.max(
          0,
          cells.findIndex(({ state }) => state !== 'outside'),
        )
  const [selected, setSelected] = useState(begin)
  const chosen = cells[Math.min(selected, cells.length - 1)]!
  return (
    <Panel title="Map">
      <div className="flex flex-col gap-3 p-3 sm:p-4">
        <CellGrid
          label={`Addresses of ${prefix}`}
          selected={Math.min(selected, cells.length - 1)}
          onSelect={setSelected}
          cells={cells.map((cell) => ({
            key: cell.address,
            words: cellWords(cell),
            className: looks[cell.state],
            content: marked(cell.state, cell.label),
          }))}
        />
        <ul aria-label="What the cells mean" className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
          {legend.map((state) => (
            <li key={state} className="flex items-center gap-1.5">
              <span
                className={`grid h-4 w-6 place-items-center rounded-sm border text-[0.5625rem] leading-none ${looks[state]}`}
                aria-hidden
              >
                {marked(state, '1')}
              </span>
              {stateWords[state]}
            </li>
          ))}
        </ul>
      </div>
      <AddressDetails key={chosen.address} address={chosen.address} vrf={vrf} state={chosen.state} />
    </Panel>
  )
}
