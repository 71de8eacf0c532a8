import type { Labels } from '#features/ingest/sink.ts'

/** Names that every machine has for itself: they say nothing to us. */
const loopback = /^(localhost(\..*)?|ip6-localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0|::)$/i

export const isLoopback = (name: string): boolean => loopback.test(name)

const ofSender = ['host.name', 'host_name', 'hostname', 'host'] as const

/** Labels that say which machine and which exporter a series is of; they are no part of the series itself. */
export const placeLabels: ReadonlySet<string> = new Set(['__name__', 'instance', ...ofSender])

/**
 * Which machine a series is of. What Prometheus scraped says so in `instance`, with a port; others name their host in a
 * label. A name that every machine has for itself only counts where there is no other.
 */
export function hostNameOf(labels: Labels): string | undefined {
  const instance = cleanHost(labels['instance'])
  const own = ofSender
    .map((label) => cleanHost(labels[label]))
    .find((name) => name !== undefined && !isLoopback(name))
  const isOfHostMetrics = labels['__name__']?.startsWith('system') ?? false
  const [first, second] = isOfHostMetrics ? [own, instance] : [instance, own]
  if (first !== undefined && !isLoopback(first)) return first
  return second ?? first
}

/** `nas-01:9100` and `http://nas-01:9100/metrics` are nas-01; undefined for what is no name of a machine. */
export function cleanHost(text: string | undefined): string | undefined {
  if (text === undefined || text === '' || text.length > 300) return undefined
  const bare = text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[/?#].*$/, '')
  const name =
    /^\[([0-9a-f:.]+)\](:\d+)?$/i.exec(bare)?.[1] ??
    (bare.split(':').length > 2 ? bare : bare.replace(/:\d*$/, ''))
  return /^[\w.:\- ]{1,253}$/.test(name) && /[a-z0-9]/i.test(name) ? name.trim() : undefined
}
