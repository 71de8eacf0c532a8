import { Download } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'

/** The codes for the day the phone is lost; they are shown this one time. */
export function CodeList({ codes }: { codes: readonly string[] }) {
  const save = () => {
    const file = new Blob([`Rollcall backup codes\n\n${codes.join('\n')}\n`], { type: 'text/plain' })
    const link = document.createElement('a')
    link.href = URL.createObjectURL(file)
    link.download = 'rollcall-backup-codes.txt'
    link.click()
    URL.revokeObjectURL(link.href)
  }
  return (
    <div className="flex flex-col gap-3">
      <p>
        Each of these codes works once instead of one from the app. Keep them where you find them without your
        phone. They are not shown again.
      </p>
      <ul className="grid grid-cols-2 gap-x-6 gap-y-1 rounded-md bg-sunken px-4 py-3 font-mono text-sm select-all">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Button icon={Download} onClick={save} className="self-start">
        Save as a file
      </Button>
    </div>
  )
}

/** New codes in a dialog of their own. */
export function BackupCodes({ codes, onClose }: { codes: readonly string[]; onClose(): void }) {
  return (
    <Dialog open onClose={onClose} title="Your new backup codes">
      <CodeList codes={codes} />
      <DialogButtons>
        <Button look="primary" onClick={onClose}>
          I have kept them
        </Button>
      </DialogButtons>
    </Dialog>
  )
}
