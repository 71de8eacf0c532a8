import { useState } from 'react'

/** The secret of a one-time link. It stands behind the # and is taken out of the address at once. */
export function useLinkToken(given?: string): string | undefined {
  const [token] = useState(() => {
    const found = given ?? (location.hash.slice(1).replace(/^token=/, '') || undefined)
    if (found !== undefined) history.replaceState(history.state, '', location.pathname)
    return found
  })
  return token
}
