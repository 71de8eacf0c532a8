import { useNavigate, useSearch } from '@tanstack/react-router'
import { useViewPlace } from '../views/use-view-place.ts'
import { defaultColumns } from './columns.ts'

/** What the list of devices shows. */
export function useDevicePlace() {
  const search = useSearch({ from: '/shell/devices' })
  const navigate = useNavigate({ from: '/devices' })
  return useViewPlace({
    subject: 'device',
    search,
    usualColumns: defaultColumns,
    usualSort: 'name',
    go: ({ q, sort, view }, replace) =>
      void navigate({
        search: { ...(q ? { q } : {}), ...(sort ? { sort } : {}), ...(view ? { view } : {}) },
        replace,
      }),
  })
}
