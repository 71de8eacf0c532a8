import { lazy, Suspense } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { deviceTypeIcons, deviceTypeName } from '../device-words.ts'
import { PaletteDialog } from './palette-dialog.tsx'
import { foundEntries, type PaletteEntry } from './palette-entries.ts'
import type { Asked, FollowingDialog } from './palette-state.ts'
import { PaletteToCome } from './palette-to-come.tsx'
import { useFoundDevices } from './use-found-devices.ts'
import { useCommands, useSearches } from './use-palette-entries.ts'
import type { PaletteControl } from './use-palette.ts'

const DiscoverDialog = lazy(() =>
  import('../sources/discover-dialog.tsx').then((module) => ({ default: module.DiscoverDialog })),
)
const NewDeviceDialog = lazy(() =>
  import('../devices/new-device-dialog.tsx').then((module) => ({ default: module.NewDeviceDialog })),
)

/** Goes anywhere, finds devices and runs what is run often, from the keyboard. */
export function Palette({ palette, act, field }: PaletteControl) {
  switch (palette.is) {
    case 'closed':
      return null
    case 'asking':
      return <AskingPalette asked={palette.asked} act={act} field={field} />
    case 'following':
      return <Following dialog={palette.dialog} onClose={() => act({ do: 'close' })} />
  }
}

function Following({ dialog, onClose }: { dialog: FollowingDialog; onClose(): void }) {
  const Dialog = dialog === 'discover' ? DiscoverDialog : NewDeviceDialog
  return (
    <Suspense fallback={<PaletteToCome />}>
      <Dialog onClose={onClose} />
    </Suspense>
  )
}

type AskingPaletteProps = Pick<PaletteControl, 'act' | 'field'> & { asked: Asked }

function AskingPalette({ asked, act, field }: AskingPaletteProps) {
  const { text } = asked
  const navigate = useNavigate()
  const { commands, ...all } = useCommands((dialog) => act({ do: 'follow', dialog }))
  const searches = useSearches(text)
  const found = useFoundDevices(text)
  const devices = found.devices.map((device): PaletteEntry => ({
    id: `device ${device.id}`,
    group: 'Devices',
    label: device.name,
    detail: [deviceTypeName(device.deviceType), device.address].filter(Boolean).join(' · '),
    icon: deviceTypeIcons[device.deviceType],
    run: () => void navigate({ to: '/devices/$id', params: { id: String(device.id) } }),
  }))
  const run = (entry: PaletteEntry) => {
    if (!entry.stays) act({ do: 'close' })
    entry.run()
  }
  return (
    <PaletteDialog
      asked={asked}
      // The server found devices and searches for the text; only commands are matched here.
      entries={[...foundEntries(commands, text), ...devices, ...searches]}
      areKnown={all.areKnown && found.areKnown}
      field={field}
      act={act}
      onRun={run}
    />
  )
}
