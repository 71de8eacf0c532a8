import { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import type { ReportedPrefix } from '#model/record.ts'
import type { KeaLease } from '#sources/kea/kea-lease.ts'

/** One answer to a command: 0 done, 1 error, 2 not supported, 3 nothing found, 4 conflict. HTTP says 200 to all. */
const answerSchema = z.looseObject({
  result: z.number().int(),
  text: z.string().optional(),
  arguments: z.unknown().optional(),
})
export type KeaAnswer = z.output<typeof answerSchema>

/** HTTP answers are a list with one entry for each service; behind some proxies and on sockets it is bare. */
const answersSchema = z.union([
  z.tuple([answerSchema], z.unknown()).transform(([first]) => first),
  answerSchema,
])

/** The answer in a body; SOURCE_ANSWER_INVALID when it is none of Kea's. */
export function toAnswer(body: unknown, command: string): KeaAnswer {
  const answer = answersSchema.safeParse(body)
  if (answer.success) return answer.data
  throw new AppError('SOURCE_ANSWER_INVALID', `The answer to ${command} is not one of Kea's`, {
    hint: 'Check that the address is that of the Kea Control Agent, or of a Kea server with an HTTP control socket.',
  })
}

const commandList = z.array(z.string())

/** The commands of an answer to list-commands. */
export const toCommands = (answer: KeaAnswer): string[] => commandList.safeParse(answer.arguments).data ?? []

const leaseRow = z.looseObject({
  'ip-address': z.string(),
  'hw-address': z.string().optional(),
  'client-id': z.string().optional(),
  duid: z.string().optional(),
  hostname: z.string().optional(),
  state: z.number().int().default(0),
  cltt: z.number(),
  'valid-lft': z.number(),
  'subnet-id': z.number().int().optional(),
  type: z.string().optional(),
  'prefix-len': z.number().int().optional(),
  'user-context': z.unknown().optional(),
})

const pageSchema = z.looseObject({ leases: z.array(z.unknown()), count: z.number().int().optional() })

/** The rows of an answer to lease4-get-page or lease6-get-page, not yet looked into. */
export function toRows(answer: KeaAnswer, command: string): unknown[] {
  if (answer.result === 3) return []
  const page = pageSchema.safeParse(answer.arguments)
  if (answer.result === 0 && page.success) return page.data.leases
  throw new AppError(
    'SOURCE_ANSWER_INVALID',
    `Kea did not answer ${command} with leases: ${sentenceOf(answer)}`,
  )
}

/** One lease of a page; undefined when it lacks what every lease has. */
export function toKeaLease(row: unknown): KeaLease | undefined {
  const lease = leaseRow.safeParse(row).data
  if (lease === undefined) return undefined
  return {
    address: lease['ip-address'],
    hardwareAddress: lease['hw-address'],
    clientId: lease['client-id'],
    duid: lease.duid,
    // The API gives text, the file bytes; names are read as bytes further on.
    hostname: Buffer.from(lease.hostname ?? '').toString('latin1'),
    state: lease.state,
    validLifetime: lease['valid-lft'],
    expire: lease.cltt + lease['valid-lft'],
    subnetId: lease['subnet-id'],
    prefixLength: lease.type === 'IA_PD' ? lease['prefix-len'] : undefined,
    userContext: lease['user-context'],
  }
}

/** Address of a row, to go on from; undefined for a row that is none. */
export const addressOf = (row: unknown): string | undefined => leaseRow.safeParse(row).data?.['ip-address']

const context = z.looseObject({ name: z.string().optional(), comment: z.string().optional() })
const subnetList = z.array(
  z.looseObject({
    id: z.number().int(),
    subnet: z.string(),
    'user-context': context.optional().catch(undefined),
  }),
)
const family = z.looseObject({
  subnet4: subnetList.optional(),
  subnet6: subnetList.optional(),
  'shared-networks': z
    .array(
      z.looseObject({
        name: z.string().optional(),
        subnet4: subnetList.optional(),
        subnet6: subnetList.optional(),
      }),
    )
    .optional(),
})
const configuration = z.looseObject({ Dhcp4: family.optional(), Dhcp6: family.optional() })

/** A subnet that Kea hands addresses out of. */
export interface KeaSubnet {
  /** What leases name it by. */
  id: number
  prefix: string
  /** What people call it: in its user context, which also holds its comment, or by its shared network. */
  name: string | undefined
}

/** The subnets in an answer to config-get; nothing else of the configuration is kept. Undefined when it is none. */
export function toSubnets(answer: KeaAnswer): KeaSubnet[] | undefined {
  const config = configuration.safeParse(answer.arguments).data
  if (answer.result !== 0 || config === undefined) return undefined
  const networks = [config.Dhcp4, config.Dhcp6].flatMap((each) =>
    each ? [{ ...each, name: undefined }, ...(each['shared-networks'] ?? [])] : [],
  )
  return networks.flatMap((network) =>
    [...(network.subnet4 ?? []), ...(network.subnet6 ?? [])].map(({ id, subnet, ...rest }) => {
      const { name, comment } = rest['user-context'] ?? {}
      return { id, prefix: subnet, name: name ?? comment ?? network.name }
    }),
  )
}

/** The same as prefixes. The prefix itself is what lasts: numbers that nobody chose move when another subnet is added. */
export const toPrefixes = (subnets: readonly KeaSubnet[]): ReportedPrefix[] =>
  subnets.map(({ prefix, name }) => ({
    sourceId: `subnet/${prefix}`,
    prefix,
    ...(name === undefined ? {} : { name: name.slice(0, 200) }),
  }))

/** What Kea said, for a person. */
export const sentenceOf = ({ result, text }: KeaAnswer): string => text ?? `result ${result} without a text`
