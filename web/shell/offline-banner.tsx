import { useEffect, useState, useSyncExternalStore } from 'react'
import { WifiOff } from 'lucide-react'
import { useConnection } from '../events.ts'

const subscribe = (listener: () => void) => {
  addEventListener('online', listener)
  addEventListener('offline', listener)
  return () => {
    removeEventListener('online', listener)
    removeEventListener('offline', listener)
  }
}

/** Says that what is shown may be old, as soon as the server is lost for more than a blink. */
export function OfflineBanner() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine)
  const connection = useConnection()
  const lost = !online || connection === 'lost'
  const [shown, setShown] = useState(false)
  useEffect(() => {
    if (!lost) return setShown(false)
    const timer = setTimeout(() => setShown(true), online ? 1_500 : 0)
    return () => clearTimeout(timer)
  }, [lost, online])
  if (!shown) return null
  return (
    <div role="status" className="flex items-center gap-2 border-b bg-warn-soft px-4 py-1.5 text-warn">
      <WifiOff size={15} aria-hidden />
      {online
        ? 'The server does not answer. What you see may be old; it refreshes by itself when the server is back.'
        : 'This computer is offline. What you see may be old.'}
    </div>
  )
}
