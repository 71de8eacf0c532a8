import { lazy, Suspense, useState } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { deviceTypeIcons, deviceTypeName } from '../device-words.ts'
import { PaletteDialog } from './palette-dialog.tsx'
import { foundEntries, type PaletteEntry } from './palette-entries.ts'
import { useFoundDevices } from './use-found-devices.ts'
import { useCommands, useSearches, type PaletteDialog as Following } from './use-palette-entries.ts'

const DiscoverDialog = lazy(() =>
  import('../sources/discover-dialog.tsx').then((module) => ({ default: module.DiscoverDialog })),
)
const NewDeviceDialog = lazy(() =>
  import('../devices/new-device-dialog.tsx').then((module) => ({ default: module.NewDeviceDialog })),
)

/** Goes anywhere, finds devices and runs what is run often, from the keyboard. */
export function Palette({ onClose }: { onClose(): void }) {
  const [text, setText] = useState('')
  const [following, setFollowing] = useState<Following>()
  const navigate = useNavigate()
  const commands = useCommands(setFollowing)
  const searches = useSearches(text)
  const devices = useFoundDevices(text).map((device): PaletteEntry => ({
    id: `device ${device.id}`,
    group: 'Devices',
    label: device.name,
    detail: [deviceTypeName(device.deviceType), device.address].filter(Boolean).join(' · '),
    icon: deviceTypeIcons[device.deviceType],
    run: () => void navigate({ to: '/devices/$id', params: { id: String(device.id) } }),
  }))
  const run = (entry: PaletteEntry) => {
    if (!entry.stays) onClose()
    entry.run()
  }
  if (following)
    return (
      <Suspense>
        {following === 'discover' ? (
          <DiscoverDialog onClose={onClose} />
        ) : (
          <NewDeviceDialog onClose={onClose} />
        )}
      </Suspense>
    )
  // The server found devices and searches for the text; only commands are matched here.
  const entries = [...foundEntries(commands, text), ...devices, ...searches]
  return <PaletteDialog text={text} entries={entries} onText={setText} onRun={run} onClose={onClose} />
}
