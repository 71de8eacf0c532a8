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

/** Says that what is shown may be old. */
export function OfflineBanner() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine)
  const lost = useConnection() === 'lost'
  if (!online) return <Banner>This computer is offline. What you see may be old.</Banner>
  return lost ? <LostServer /> : null
}

/** Waits a little: a connection that is lost for a blink is no news. */
function LostServer() {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 1_500)
    return () => clearTimeout(timer)
  }, [])
  if (!shown) return null
  return (
    <Banner>
      The server does not answer. What you see may be old; it refreshes by itself when the server is back.
    </Banner>
  )
}

function Banner({ children }: { children: string }) {
  return (
    <output className="flex items-center gap-2 border-b bg-warn-soft px-4 py-1.5 text-warn">
      <WifiOff size={15} className="shrink-0" aria-hidden />
      {children}
    </output>
  )
}
