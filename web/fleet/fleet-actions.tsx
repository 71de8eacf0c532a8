import { Link } from '@tanstack/react-router'
import { Columns3, Flame, LayoutGrid, List, Plus } from 'lucide-react'
import { useMay } from '../session.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Menu, MenuCheck } from '../ui/menu.tsx'
import { serverColumns } from './server-columns.ts'
import type { FleetPlace } from './use-fleet-place.ts'

interface FleetActionsProps {
  place: FleetPlace
  asCards: boolean
  onLook(): void
}

/** How the fleet is looked at, and the way to add to it. */
export function FleetActions({ place, asCards, onLook }: FleetActionsProps) {
  const mayAdd = useMay('monitoring.change')
  return (
    <>
      <Link
        to="/fleet/heat"
        search={place.q === '' ? {} : { q: place.q }}
        className={buttonClass('quiet')}
        title="One metric of all these servers over time"
      >
        <Flame size={15} aria-hidden /> Heat map
      </Link>
      {asCards ? null : (
        <Menu
          trigger={
            <Button look="quiet" icon={Columns3}>
              Columns
            </Button>
          }
        >
          {serverColumns
            .filter(({ id }) => id !== 'name')
            .map(({ id, label }) => (
              <MenuCheck
                key={id}
                checked={place.columns.includes(id)}
                onValue={(shown) =>
                  place.setColumns(
                    shown ? [...place.columns, id] : place.columns.filter((each) => each !== id),
                  )
                }
              >
                {label}
              </MenuCheck>
            ))}
        </Menu>
      )}
      <Button look="quiet" icon={asCards ? List : LayoutGrid} onClick={onLook} title="v">
        {asCards ? 'List' : 'Cards'}
      </Button>
      {mayAdd ? (
        <Button icon={Plus} onClick={() => place.setAdding(true)} title="n">
          Add a server
        </Button>
      ) : null}
    </>
  )
}
