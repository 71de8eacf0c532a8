import type { Collector, Tools } from '#agent/collector.ts'
import type { Interface } from '#agent/reading.ts'

const most = 64

/** Interfaces that programs make: they carry again what the cards carry. */
const made =
  /^(lo|veth|docker|br-|virbr|vnet|tap|tun|fwbr|fwpr|fwln|cni|flannel|cali|lxcbr|lxdbr|ifb|dummy|wg|sit|ip6tnl|tailscale|zt|nodelocaldns|kube-)/

/** What came in and went out: each interface, and the sum over those that are hardware. */
export function networkCollector({ files }: Tools): Collector {
  async function isHardware(name: string): Promise<boolean> {
    return files.exists(`/sys/class/net/${name}/device`)
  }
  return {
    name: 'network',
    timeout: 5_000,
    async collect() {
      const text = await files.text('/proc/net/dev')
      if (text === undefined) return {}
      const counters = parseNetDev(text).filter(({ name }) => name !== 'lo')
      const hardware = await Promise.all(counters.map(({ name }) => isHardware(name)))
      // A container has no hardware: there the interface that it was given is its card.
      const counted = hardware.includes(true)
        ? counters.filter((_each, index) => hardware[index])
        : counters.filter(({ name }) => !made.test(name))
      const told = counters.filter(
        ({ name }, index) => hardware[index] || !/^(veth|fw(br|pr|ln)|ifb|dummy)/.test(name),
      )
      const interfaces = await Promise.all(
        told.slice(0, most).map(async (each): Promise<Interface> => {
          const state = await files.text(`/sys/class/net/${each.name}/operstate`)
          return { ...each, is_up: state === 'up' || (state === 'unknown' && each.rx_bytes > 0) }
        }),
      )
      return {
        metrics: {
          network_rx_bytes: counted.reduce((sum, { rx_bytes }) => sum + rx_bytes, 0),
          network_tx_bytes: counted.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0),
        },
        interfaces,
        warnings:
          told.length > most
            ? [`network: ${told.length - most} more interfaces than the ${most} that are told of`]
            : [],
      }
    },
  }
}

/** /proc/net/dev: eight numbers received, then eight sent; a name may touch its first number. */
export function parseNetDev(text: string): Omit<Interface, 'is_up'>[] {
  return text.split('\n').flatMap((line) => {
    const colon = line.lastIndexOf(':')
    const numbers = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .map(Number)
    if (colon < 0 || numbers.length < 16 || numbers.some(Number.isNaN)) return []
    const [rx_bytes = 0, , rx_errors = 0, , , , , , tx_bytes = 0, , tx_errors = 0] = numbers
    return [{ name: line.slice(0, colon).trim(), rx_bytes, tx_bytes, rx_errors, tx_errors }]
  })
}
