import type { AddressItem, Claim } from './prefix-types.ts'

export type CellState = 'outside' | 'free' | 'device' | 'seen' | 'shared' | 'conflict'

/** One address of a small IPv4 prefix. */
export interface AddressCell {
  address: string
  /** Its last byte, which tells it from the others. */
  label: string
  state: CellState
  claims: readonly Claim[]
}

const numberOf = (address: string): number =>
  address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0)

const textOf = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')

/** Whether a prefix is looked at address by address. */
export function isSmall(prefix: string): boolean {
  const [address = '', length] = prefix.split('/')
  return !address.includes(':') && Number(length) >= 24
}

/** Every address of a small prefix, in order; what is no address of a machine's is outside. */
export function addressCells(prefix: string, items: readonly AddressItem[]): AddressCell[] {
  const [base = '', length] = prefix.split('/')
  const first = numberOf(base)
  const states = new Map<string, AddressItem>()
  const free: [from: number, to: number][] = []
  for (const item of items) {
    if (item.state === 'used') states.set(item.address, item)
    else free.push([numberOf(item.address), numberOf(item.last ?? item.address)])
  }
  return Array.from({ length: 2 ** (32 - Number(length)) }, (_, at) => {
    const number = first + at
    const address = textOf(number)
    const used = states.get(address)
    const isFree = free.some(([from, to]) => number >= from && number <= to)
    return {
      address,
      label: String(number % 256),
      state: used === undefined ? (isFree ? 'free' : 'outside') : stateOf(used),
      claims: used?.claims ?? [],
    }
  })
}

/** What is the case with a used address. */
export function stateOf({ claims, conflicts }: Pick<AddressItem, 'claims' | 'conflicts'>): CellState {
  if (conflicts.length > 0) return 'conflict'
  if (claims.some(({ isShared }) => isShared)) return 'shared'
  return claims.every(({ host }) => host !== null) ? 'seen' : 'device'
}

export const stateWords: Readonly<Record<CellState, string>> = {
  free: 'free',
  device: 'has a device',
  seen: 'seen on the network',
  shared: 'shared by machines',
  conflict: 'conflict',
  outside: 'network or broadcast',
}

/** How many a free stretch holds; undefined for more than can be counted. */
export function stretchSize({ address, last }: AddressItem): number | undefined {
  if (last === null || address === last) return 1
  return address.includes(':') ? undefined : numberOf(last) - numberOf(address) + 1
}

/** A cell as it is read out: the address, what is the case, and who has it. */
export function cellWords({ address, state, claims }: AddressCell): string {
  const names = [...new Set(claims.map(({ name }) => name))].join(' and ')
  return `${address}, ${stateWords[state]}${names === '' ? '' : `: ${names}`}`
}
