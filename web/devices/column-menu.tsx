import { Columns3, RotateCcw } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { Menu, MenuCheck, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import { isSameChoice } from '../views/is-same-choice.ts'
import { defaultColumns, withColumn, type DeviceColumn } from './columns.ts'

interface ColumnMenuProps {
  all: readonly DeviceColumn[]
  chosen: readonly string[]
  onChoose(columns: readonly string[]): void
}

/** Which columns are shown. */
export function ColumnMenu({ all, chosen, onChoose }: ColumnMenuProps) {
  return (
    <Menu
      trigger={
        <Button look="quiet" icon={Columns3}>
          Columns
        </Button>
      }
    >
      {all
        .filter(({ id }) => id !== 'name')
        .map(({ id, label }) => (
          <MenuCheck
            key={id}
            checked={chosen.includes(id)}
            onValue={(shown) => onChoose(withColumn(chosen, id, shown))}
          >
            {label}
          </MenuCheck>
        ))}
      <MenuSeparator />
      <MenuItem disabled={isSameChoice(chosen, defaultColumns)} onSelect={() => onChoose(defaultColumns)}>
        <RotateCcw size={14} aria-hidden /> The usual columns
      </MenuItem>
    </Menu>
  )
}
