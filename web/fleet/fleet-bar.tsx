import { ChartSpline, CircleHelp, Pause, Play, RefreshCw, Wrench } from 'lucide-react'
import { counted, formatNumber } from '../format.ts'
import { useMay } from '../session.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { changeServers, maintainServers } from './change-servers.ts'

/** More lines than that nobody can tell apart. */
export const comparedAtMost = 24

export const maintenanceLengths = [
  [30, '30 minutes'],
  [60, '1 hour'],
  [240, '4 hours'],
  [1_440, '1 day'],
] as const

interface FleetBarProps {
  ids: readonly string[]
  shown: number
  total: number | undefined
  isOld: boolean
  onCompare(): void
  onNone(): void
  onReadAgain(): void
  onHelp(): void
}

/** Below the list: what can be done with the selection, and how much of the list is read. */
export function FleetBar({
  ids,
  shown,
  total,
  isOld,
  onCompare,
  onNone,
  onReadAgain,
  onHelp,
}: FleetBarProps) {
  const mayChange = useMay('monitoring.change')
  return (
    <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-2 gap-y-1 border-t bg-surface px-3 py-1.5">
      {ids.length > 0 ? (
        <>
          <Button icon={ChartSpline} disabled={ids.length > comparedAtMost} onClick={onCompare} title="c">
            Compare
          </Button>
          {mayChange ? (
            <>
              <Button icon={Pause} onClick={() => void changeServers('pause', ids)}>
                Pause
              </Button>
              <Button icon={Play} onClick={() => void changeServers('resume', ids)}>
                Resume
              </Button>
              <MaintenanceMenu ids={ids} />
            </>
          ) : null}
          <output className="text-muted">{counted(ids.length, 'server')} selected</output>
          <Button look="quiet" onClick={onNone}>
            Clear
          </Button>
        </>
      ) : null}
      <div className="ml-auto flex items-center gap-2 text-xs text-muted">
        {isOld ? (
          <Button look="quiet" icon={RefreshCw} className="text-accent" onClick={onReadAgain}>
            The list changed: read it again
          </Button>
        ) : null}
        {total !== undefined && shown < total ? (
          <span>
            {formatNumber(shown)} of {formatNumber(total)} read
          </span>
        ) : null}
        <IconButton label="Keys of this page (?)" icon={CircleHelp} onClick={onHelp} />
      </div>
    </div>
  )
}

/** For how long nobody is called because of some servers. */
export function MaintenanceMenu({ ids }: { ids: readonly string[] }) {
  return (
    <Menu trigger={<Button icon={Wrench}>Maintenance</Button>}>
      {maintenanceLengths.map(([minutes, label]) => (
        <MenuItem key={minutes} onSelect={() => void maintainServers(minutes, ids)}>
          For {label}
        </MenuItem>
      ))}
    </Menu>
  )
}
