import type { Finding } from '#features/hosts/host-shapes.ts'
import { formatNumber } from '../format.ts'

type Detail = Partial<{
  address: string
  mac: string
  name: string | null
  source: string
  devices: { name: string }[]
  macs: string[]
}>

const namedAtMost = 3

/** `a, b and 4 more`. */
function namesOf(names: readonly string[]): string {
  const more = names.length - namedAtMost
  const parts = more > 0 ? [...names.slice(0, namedAtMost), `${more} more`] : names
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

/** What was found, in one sentence. */
export function findingWords({ kind, subject, device, detail }: Finding): string {
  const { address, mac, name, source, devices = [], macs = [] } = detail as Detail
  const who = device?.name || name || subject
  const machines = devices.map((each) => each.name)
  switch (kind) {
    case 'new-device':
      return source ? `${who} is new, seen by ${source}` : `${who} is new`
    case 'new-mac':
      return `${who} has a new MAC address, ${mac ?? subject}`
    case 'address-conflict':
      return `${namesOf(machines.length > 1 ? machines : macs)} claim the address ${address ?? subject}`
    case 'identity-conflict':
      return `${namesOf(machines)} may be one machine`
  }
}

/** Many of a kind in one sentence. */
export function manyFindings(kind: Finding['kind'], count: number): string {
  const number = formatNumber(count)
  switch (kind) {
    case 'new-device':
      return `${number} machines are new`
    case 'new-mac':
      return `${number} MAC addresses are new in known machines`
    case 'address-conflict':
      return `${number} addresses are claimed by more than one machine`
    case 'identity-conflict':
      return `${number} times several devices may be one machine`
  }
}
