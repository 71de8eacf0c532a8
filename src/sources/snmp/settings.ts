import { z } from 'zod'
import type { IpAddress } from '#model/ip-address.ts'
import { parseRange, sizeOf, toAddress } from '#sources/scan/ranges.ts'

/** Addresses in one range, and targets in all: devices are asked one by one, and each takes seconds. */
const largestRange = 256n
const mostTargets = 10_000n

const hostName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?$/i

const countOf = (texts: readonly string[]): bigint =>
  texts.reduce((sum, text) => {
    const range = parseRange(text)
    return sum + (range === undefined ? 1n : sizeOf(range))
  }, 0n)

/** Digits and dots alone are meant as an address. */
const isTarget = (text: string): boolean => {
  const range = parseRange(text)
  return range === undefined ? hostName.test(text) && !/^[\d./-]+$/.test(text) : sizeOf(range) <= largestRange
}

const target = z
  .string()
  .refine(isTarget)
  .meta({ expected: `an address, a host name, or a range of at most ${largestRange} addresses` })

const key = z.string().min(8).meta({ secret: true, expected: 'at least 8 characters' })

const login = z.strictObject({
  version: z.enum(['2c', '3']).default('2c').describe('The version of SNMP.'),
  community: z
    .string()
    .min(1)
    .optional()
    .meta({ secret: true })
    .describe('Version 2c: the community that may read.'),
  username: z.string().min(1).max(32).optional().describe('Version 3: the user.'),
  authProtocol: z
    .enum(['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'])
    .default('sha')
    .describe('Version 3: how the user proves itself.'),
  authKey: key.optional().describe('Version 3: the password for it.'),
  privProtocol: z
    .enum(['aes', 'aes256', 'aes256c', 'des'])
    .default('aes')
    .describe('Version 3: how answers are encrypted; aes256c is how Cisco makes keys of 256 bits.'),
  privKey: key.optional().describe('Version 3: the password for that; without it nothing is encrypted.'),
  port: z.number().int().min(1).max(65_535).default(161).describe('The UDP port.'),
})
export type SnmpLogin = z.output<typeof login>

const isLogin = ({ version, community, username, authKey }: Partial<SnmpLogin>): boolean =>
  version === '3' ? username !== undefined && authKey !== undefined : community !== undefined

/** Which devices to ask, and how. */
export const snmpSettings = z
  .strictObject({
    targets: z
      .array(target)
      .min(1)
      .refine((all) => countOf(all) <= mostTargets)
      .meta({ expected: `targets of at most ${mostTargets} addresses in all` })
      .describe('Addresses, host names and small ranges; of a range those are read that answer.'),
    ...login.shape,
    overrides: z
      .record(z.string(), z.strictObject(mapShape(login.shape)))
      .default({})
      .describe('Other logins or ports of single targets, by address or name.'),
    timeout: z
      .number()
      .int()
      .min(100)
      .max(60_000)
      .default(2500)
      .describe('Milliseconds to wait for one answer.'),
    retries: z.number().int().min(0).max(10).default(2).describe('How often a question is asked again.'),
    maxRepetitions: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(20)
      .describe('Rows in one answer; fewer for devices that stumble over large ones.'),
    parallel: z.number().int().min(1).max(64).default(8).describe('Devices read at the same time.'),
    maxRows: z
      .number()
      .int()
      .min(100)
      .max(1_000_000)
      .default(100_000)
      .describe('Rows of one column at most; a longer table is not trusted.'),
    uplinkAddresses: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .default(32)
      .describe(
        'A port with more addresses than this leads to a switch, unless its neighbour explains them.',
      ),
    record: z.string().min(1).optional().meta({ path: true }).describe('A folder to keep every answer in.'),
    replay: z
      .string()
      .min(1)
      .optional()
      .meta({ path: true })
      .describe('A folder of recordings or walks to answer from instead of the network.'),
  })
  .refine(
    ({ replay, overrides, targets, ...all }) =>
      replay !== undefined ||
      isLogin(all) ||
      targets.every((each) => isLogin({ ...all, ...defined(overrides[each] ?? {}) } as Partial<SnmpLogin>)),
  )
  .meta({ expected: 'a community, or with version 3 a username and an authKey' })
export type SnmpSettings = z.output<typeof snmpSettings>

/** The same fields without defaults: what is not said is taken from the source. */
function mapShape(shape: typeof login.shape) {
  return {
    version: shape.version.unwrap().optional(),
    community: shape.community,
    username: shape.username,
    authProtocol: shape.authProtocol.unwrap().optional(),
    authKey: shape.authKey,
    privProtocol: shape.privProtocol.unwrap().optional(),
    privKey: shape.privKey,
    port: shape.port.unwrap().optional(),
  }
}

const defined = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<T>

export const loginOf = (settings: SnmpSettings, name: string): SnmpLogin =>
  ({ ...settings, ...defined(settings.overrides[name] ?? {}) }) as SnmpLogin

/** One device to ask. */
export interface Target {
  name: string
  /** Named by a person, so that its silence is worth a word; an address of a range may be nobody's. */
  isNamed: boolean
}

/** Every device to ask, in the order in which people named them, each once. */
export function targetsOf({ targets }: Pick<SnmpSettings, 'targets'>): Target[] {
  const all = new Map<string, Target>()
  for (const text of targets) {
    const addresses = addressesOf(text)
    const isNamed = addresses === undefined || addresses.length === 1
    for (const name of addresses ?? [text.trim()]) {
      if (!all.has(name) || isNamed) all.set(name, { name, isNamed })
    }
  }
  return [...all.values()]
}

function addressesOf(text: string): IpAddress[] | undefined {
  const range = parseRange(text)
  if (range === undefined) return undefined
  // The lowest and the highest address of a subnet are no device's.
  const spare = range.subnet && range.family === 4 && range.last - range.first > 1n ? 1n : 0n
  const addresses: IpAddress[] = []
  for (let number = range.first + spare; number <= range.last - spare; number += 1n)
    addresses.push(toAddress(range.family, number))
  return addresses
}
