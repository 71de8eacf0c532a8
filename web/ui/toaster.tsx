import { Toast } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import { asApiError } from '../api.ts'
import { IconButton } from './button.tsx'

const manager = Toast.createToastManager()

/** Says that something was done. */
export const sayDone = (title: string, description?: string): void =>
  void manager.add({ title, ...(description === undefined ? {} : { description }), type: 'done' })

/** Says what went wrong with something that was tried. */
export function sayFailed(error: unknown): void {
  const { message, hint } = asApiError(error)
  manager.add({
    title: message,
    ...(hint === undefined ? {} : { description: hint }),
    type: 'failed',
    timeout: 10_000,
    priority: 'high',
  })
}

/** Where short messages appear; screen readers hear them. */
export function Toaster() {
  return (
    <Toast.Provider toastManager={manager} timeout={4_000}>
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 z-60 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList() {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="flex items-start gap-2 rounded-lg border border-l-4 bg-surface px-3 py-2 shadow-lg data-[type=done]:border-l-good data-[type=failed]:border-l-bad"
    >
      <Toast.Content className="min-w-0 grow">
        <Toast.Title className="font-medium whitespace-pre-wrap" />
        <Toast.Description className="text-muted" />
      </Toast.Content>
      <Toast.Close render={<IconButton label="Dismiss" icon={X} className="-my-1" />} />
    </Toast.Root>
  ))
}
