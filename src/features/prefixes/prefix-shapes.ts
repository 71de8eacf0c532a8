import { z } from 'zod'

export const PrefixText = z.string().trim().min(3).max(60).describe('A prefix: 192.0.2.0/24.')

export const Vrf = z.string().max(200).default('').describe('The routing table; the global one without it.')

export const Freshness = z.object({
  source: z.string(),
  completeAt: z.string().nullable().describe('When it was last read to its end.'),
  status: z.string().nullable(),
})

export const Conflict = z.object({
  kind: z
    .enum(['two-devices', 'two-masks', 'mask-differs'])
    .describe('One address on two devices, one address with two masks, or masks of one network that differ.'),
  address: z.string().describe('The address, or the prefix.'),
  text: z.string(),
})

export const PrefixItem = z.object({
  prefix: z.string(),
  vrf: z.string().describe('Empty for the global routing table.'),
  family: z.literal([4, 6]),
  names: z.array(z.string()),
  site: z.string().nullable(),
  vlan: z.number().int().nullable(),
  status: z.string().nullable().describe('As the source that lists it says.'),
  sources: z.array(z.string()).describe('Sources that list it; none for one that only interfaces are in.'),
  interfaces: z.number().int().describe('How many interfaces say that they are in it.'),
  depth: z.number().int().describe('How many known prefixes hold it.'),
  parent: z.string().nullable().describe('The narrowest that holds it.'),
  used: z.number().int().describe('Usable addresses that somebody is known to have.'),
  total: z.number().describe('Usable addresses; of IPv6 rounded.'),
  free: z.number().describe('Usable addresses that nobody is known to have; of IPv6 rounded.'),
  conflicts: z.number().int(),
})

export const Claim = z.object({
  device: z.number().int().nullable(),
  host: z.number().int().nullable(),
  name: z.string(),
  port: z.string().nullable(),
  mac: z.string().nullable(),
  seen: z.string(),
  length: z.number().int().nullable().describe('Of its mask there, where it is known.'),
  isShared: z.boolean().describe('It may stand on several machines.'),
})

export const AddressItem = z.object({
  address: z.string().describe('The address, or the first of a free stretch.'),
  last: z.string().nullable().describe('The last of a free stretch.'),
  state: z.enum(['used', 'free']),
  claims: z.array(Claim),
  conflicts: z.array(Conflict),
})

export const PrefixDetail = PrefixItem.extend({
  children: z.array(PrefixItem).describe('The prefixes right below it.'),
  blocks: z
    .array(
      z.object({
        prefix: z.string(),
        used: z.number().int(),
        total: z.number(),
        conflicts: z.number().int(),
      }),
    )
    .describe('A larger one in at most 256 equal parts, to see where it is full; none of a small one.'),
  problems: z.array(Conflict).describe('The first 200 conflicts.'),
  freshness: z.array(Freshness).describe('A free address is only as free as these were last read.'),
})

export const FreeAddresses = z.object({
  addresses: z.array(
    z.object({
      address: z.string(),
      lastHolder: z.string().nullable().describe('Who was last seen with it.'),
      lastSeen: z.string().nullable(),
    }),
  ),
  free: z.number().describe('How many there are in all; of IPv6 rounded.'),
  freshness: z.array(Freshness).describe('A free address is only as free as these were last read.'),
})

export const AddressDetail = z.object({
  address: z.string(),
  places: z
    .array(
      z.object({
        vrf: z.string(),
        claims: z.array(Claim),
        prefixes: z.array(z.string()).describe('Wider ones first.'),
        conflicts: z.array(Conflict),
      }),
    )
    .describe('One for each routing table in which somebody has it or a prefix holds it.'),
  lastHolder: z.string().nullable().describe('Who was last seen with it and has it no longer.'),
  lastSeen: z.string().nullable(),
  freshness: z.array(Freshness),
})
