/** The proxies that the environment names, as curl and everybody reads them. */
export interface ProxyNames {
  http?: string | undefined
  https?: string | undefined
  /** Hosts that are asked without: `localhost,.example.net,10.0.0.5`, or `*`. */
  none?: string | undefined
}

/** The proxy on the way to an address; undefined when there is none. */
export function proxyFor(url: URL, { http, https, none }: ProxyNames): URL | undefined {
  const proxy = url.protocol === 'https:' ? https : http
  if (proxy === undefined || proxy === '' || isExcepted(url, none ?? '')) return undefined
  return new URL(proxy.includes('://') ? proxy : `http://${proxy}`)
}

function isExcepted({ hostname, port }: URL, none: string): boolean {
  return none.split(/[\s,]+/).some((each) => {
    if (each === '') return false
    if (each === '*') return true
    const [name = '', only] = each.split(':')
    if (only !== undefined && only !== port) return false
    const bare = name.replace(/^\*?\./, '')
    return hostname === bare || hostname.endsWith(`.${bare}`)
  })
}
