import type { Finding } from '#features/hosts/host-shapes.ts'

interface Detail {
  address?: string
  mac?: string
  name?: string | null
  source?: string
  devices?: { id: number; name: string }[]
  macs?: string[]
}

/** A finding as a sentence for people. */
export function findingSentence({ kind, subject, device, detail }: Finding): string {
  const { address, mac, name, source, devices = [], macs = [] } = detail as Detail
  const named = device?.name || name || subject
  switch (kind) {
    case 'new-device':
      return `${named} is new${source ? `, seen by ${source}` : ''}`
    case 'new-mac':
      return `${named} has a new MAC address, ${mac ?? subject}`
    case 'address-conflict':
      return `${machinesOf(devices, macs)} claim the address ${address ?? subject}`
    case 'identity-conflict':
      return `${list(devices.map((each) => each.name))} may be one machine`
  }
}

/** Machines by name; one that has no device yet goes by its MAC. */
const machinesOf = (devices: readonly { name: string }[], macs: readonly string[]): string =>
  devices.length >= 2 ? list(devices.map((each) => each.name)) : list(macs)

const shownAtMost = 3

function list(names: readonly string[]): string {
  const shown = names.slice(0, shownAtMost)
  const rest = names.length - shown.length
  const parts = rest > 0 ? [...shown, `${rest} more`] : shown
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
