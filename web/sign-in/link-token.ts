import { useEffect, useState } from 'react'

const inAddress = () => location.hash.slice(1).replace(/^token=/, '') || undefined

/**
 * The secret of a one-time link. It stands behind the # and is taken out of the address at once; also when the link is
 * opened in a page that is there already.
 */
export function useLinkToken(given?: string): string | undefined {
  const [token, setToken] = useState(() => given ?? inAddress())
  useEffect(() => {
    const takeOut = () => {
      const found = inAddress()
      if (found !== undefined) setToken(found)
      if (found !== undefined || location.search !== '')
        history.replaceState(history.state, '', location.pathname)
    }
    takeOut()
    window.addEventListener('hashchange', takeOut)
    return () => window.removeEventListener('hashchange', takeOut)
  }, [])
  return token
}
