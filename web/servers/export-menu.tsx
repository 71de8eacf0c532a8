import { Download } from 'lucide-react'
import { apiUrl } from '../api.ts'
import { readRange, type RangeText } from '../charts/time-range.ts'
import { Button } from '../ui/button.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { serverPath } from './server-query.ts'

/** What was measured in the stretch shown, as a file. */
export function ExportMenu({ id, text }: { id: string; text: RangeText }) {
  const save = (format: 'csv' | 'json') => {
    const { from, to } = readRange(text, Date.now())
    const link = document.createElement('a')
    link.href = apiUrl(`${serverPath(id)}/metrics.${format}`, {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    })
    link.download = ''
    link.click()
  }
  return (
    <Menu
      trigger={
        <Button look="quiet" icon={Download}>
          Export
        </Button>
      }
    >
      <MenuItem onSelect={() => save('csv')}>CSV</MenuItem>
      <MenuItem onSelect={() => save('json')}>JSON</MenuItem>
    </Menu>
  )
}
