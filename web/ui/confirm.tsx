import { useState, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { Dialog, DialogButtons } from './dialog.tsx'
import { ErrorLine } from './error-state.tsx'

interface ConfirmProps {
  title: string
  /** What will happen, and what stays. */
  children: ReactNode
  /** The verb on the button. */
  verb: string
  onConfirm(): Promise<unknown>
  trigger(open: () => void): ReactNode
}

/** Asks before something that is not easily undone. */
export function Confirm({ title, children, verb, onConfirm, trigger }: ConfirmProps) {
  const [open, setOpen] = useState(false)
  const [state, setState] = useState<{ busy: boolean; error?: unknown }>({ busy: false })
  const confirm = async () => {
    setState({ busy: true })
    try {
      await onConfirm()
      setOpen(false)
      setState({ busy: false })
    } catch (error) {
      setState({ busy: false, error })
    }
  }
  return (
    <>
      {trigger(() => setOpen(true))}
      <Dialog open={open} onClose={() => setOpen(false)} title={title}>
        <div className="flex flex-col gap-3">
          <div>{children}</div>
          <ErrorLine error={state.error} />
        </div>
        <DialogButtons>
          <Button onClick={() => setOpen(false)}>Cancel</Button>
          <Button look="danger" busy={state.busy} onClick={() => void confirm()}>
            {verb}
          </Button>
        </DialogButtons>
      </Dialog>
    </>
  )
}
