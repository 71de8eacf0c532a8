import { lazy, Suspense, useState } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { deviceTypeIcons, deviceTypeName } from '../device-words.ts'
import { counted } from '../format.ts'
import { runCommand, useCommands } from './commands.ts'
import { matching } from './matching.ts'
import { PaletteDialog, type PaletteGroup } from './palette-dialog.tsx'
import { useFoundDevices } from './use-found-devices.ts'

const DiscoverDialog = lazy(() =>
  import('../sources/discover-dialog.tsx').then((module) => ({ default: module.DiscoverDialog })),
)

/** Goes anywhere, finds devices and runs what is run often, from the keyboard. */
export function Palette({ onClose }: { onClose(): void }) {
  const [text, setText] = useState('')
  const [discovers, setDiscovers] = useState(false)
  const navigate = useNavigate()
  const commands = matching(
    useCommands(() => setDiscovers(true)),
    text,
  )
  const { devices, total } = useFoundDevices(text)
  const groups: PaletteGroup[] = [
    {
      title: 'Devices',
      items: devices.map((device) => ({
        id: `device-${device.id}`,
        icon: deviceTypeIcons[device.deviceType],
        label: device.name,
        detail: device.address ?? deviceTypeName(device.deviceType),
        run: () => navigate({ to: '/devices/$id', params: { id: String(device.id) } }),
      })),
    },
    ...(['Go to', 'Do'] as const).map((group) => ({
      title: group,
      items: commands
        .filter((command) => command.group === group)
        .map((command) => ({ ...command, detail: command.hint })),
    })),
    {
      title: 'Search',
      items:
        text.trim() === ''
          ? []
          : [
              {
                id: 'search',
                icon: Search,
                label: `Devices that match ${text.trim()}`,
                detail: total === undefined ? undefined : counted(total, 'device'),
                run: () => navigate({ to: '/devices', search: { q: text.trim() } }),
              },
            ],
    },
  ]
  if (discovers)
    return (
      <Suspense>
        <DiscoverDialog onClose={onClose} />
      </Suspense>
    )
  return (
    <PaletteDialog
      text={text}
      groups={groups.filter(({ items }) => items.length > 0)}
      onText={setText}
      onClose={onClose}
      onTake={(item) => {
        // The dialog of a discovery takes the palette's place.
        if (item.id !== 'discover') onClose()
        void runCommand(item)
      }}
    />
  )
}
