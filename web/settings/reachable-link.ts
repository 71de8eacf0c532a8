/** A server that was not told its own address knows only this machine; the page knows where others reach it. */
export function reachableLink(url: string, page: URL): string {
  const link = new URL(url)
  const isHere = /^(localhost$|127\.|\[::1\]$)/.test(link.hostname)
  return isHere ? page.origin + link.pathname + link.hash : url
}
