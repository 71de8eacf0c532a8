import { useNavigate } from '@tanstack/react-router'
import { Dialog } from '../ui/dialog.tsx'
import { Button } from '../ui/button.tsx'
import { destinations } from './navigation.ts'

/** Goes anywhere from the keyboard. */
export function Palette({ onClose }: { onClose(): void }) {
  const navigate = useNavigate()
  return (
    <Dialog open onClose={onClose} title="Go to">
      <div className="flex flex-col gap-1">
        {destinations.map(({ to, label, icon }) => (
          <Button
            key={to}
            look="quiet"
            icon={icon}
            className="justify-start"
            onClick={() => {
              onClose()
              void navigate({ to })
            }}
          >
            {label}
          </Button>
        ))}
      </div>
    </Dialog>
  )
}
