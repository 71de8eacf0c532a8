import { useState, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { Dialog, DialogButtons } from './dialog.tsx'
import { ErrorLine } from './error-state.tsx'

interface ConfirmDialogProps {
  title: string
  /** What will happen, and what stays. */
  children: ReactNode
  /** The verb on the button. */
  verb: string
  onConfirm(): Promise<unknown>
  onClose(): void
}

/** Asks before something that is not easily undone. */
export function ConfirmDialog({ title, children, verb, onConfirm, onClose }: ConfirmDialogProps) {
  const [state, setState] = useState<{ busy: boolean; error?: unknown }>({ busy: false })
  const confirm = async () => {
    setState({ busy: true })
    try {
      await onConfirm()
      onClose()
    } catch (error) {
      setState({ busy: false, error })
    }
  }
  return (
    <Dialog open onClose={onClose} title={title}>
      <div className="flex flex-col gap-3">
        <div>{children}</div>
        <ErrorLine error={state.error} />
      </div>
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="danger" busy={state.busy} onClick={() => void confirm()}>
          {verb}
        </Button>
      </DialogButtons>
    </Dialog>
  )
}

interface ConfirmProps extends Omit<ConfirmDialogProps, 'onClose'> {
  trigger(open: () => void): ReactNode
}

/** The same with what opens it. */
export function Confirm({ trigger, ...dialog }: ConfirmProps) {
  const [open, setOpen] = useState(false)
  return (
    <>
      {trigger(() => setOpen(true))}
      {open ? <ConfirmDialog {...dialog} onClose={() => setOpen(false)} /> : null}
    </>
  )
}
