import type { z } from 'zod'
import type * as shapes from '#features/prefixes/prefix-shapes.ts'

export type PrefixItem = z.output<typeof shapes.PrefixItem>
export type PrefixDetail = z.output<typeof shapes.PrefixDetail>
export type AddressItem = z.output<typeof shapes.AddressItem>
export type AddressDetail = z.output<typeof shapes.AddressDetail>
export type FreeAddresses = z.output<typeof shapes.FreeAddresses>
export type Claim = z.output<typeof shapes.Claim>
export type Freshness = z.output<typeof shapes.Freshness>
