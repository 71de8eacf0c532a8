import { formatShortTime } from '../format.ts'
import { Button } from '../ui/button.tsx'
import { CopyText } from '../ui/copy-text.tsx'
import { DialogButtons } from '../ui/dialog.tsx'
import { reachableLink } from './reachable-link.ts'

export interface OneTimeLink {
  url: string
  expiresAt: string
}

/** A link for one person, shown this one time. */
export function LinkShown({ link, name, onClose }: { link: OneTimeLink; name: string; onClose(): void }) {
  return (
    <div className="flex flex-col gap-3">
      <p>
        Give this link to {name}; nothing is sent by Rollcall itself. It works once, until{' '}
        {formatShortTime(link.expiresAt)}, and is not shown again.
      </p>
      <CopyText text={reachableLink(link.url, new URL(window.location.href))} label="the link" />
      <DialogButtons>
        <Button look="primary" onClick={onClose}>
          I have copied it
        </Button>
      </DialogButtons>
    </div>
  )
}
