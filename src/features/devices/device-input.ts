import { z } from 'zod'
import { parseIp } from '#model/ip-address.ts'
import { deviceStatuses, deviceTypes } from '#model/record.ts'

const line = (most: number) => z.string().trim().min(1).max(most)

const DeviceName = line(255).describe('What people call it.')

const Address = z
  .string()
  .trim()
  .refine((text) => parseIp(text) !== undefined)
  .transform((text) => parseIp(text)!)
  .meta({ expected: 'an IPv4 or IPv6 address' })

export const TagName = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._:/-]{0,63}$/u)
  .meta({ expected: 'up to 64 letters, digits, dots, dashes, underscores, colons and slashes' })

/** Facts of a device that people can enter by hand, and that then win over what sources say. */
const facts = {
  deviceType: z.enum(deviceTypes),
  status: z.enum(deviceStatuses),
  address: Address,
  serial: line(200),
  vendor: line(200),
  model: line(200),
  os: line(200),
  driver: line(100),
  site: line(200),
  rack: line(200),
  owner: line(200),
}

const CustomValues = z
  .record(z.string(), z.union([z.string().max(5_000), z.number(), z.boolean(), z.null()]))
  .describe('Values of custom fields by name; null takes one away.')
const Tags = z.array(TagName).max(100).describe('All the tags it carries.')

const optional = <Shape extends z.ZodRawShape>(shape: Shape) =>
  Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [name, (schema as z.ZodType).exactOptional()]),
  ) as {
    [Name in keyof Shape]: z.ZodExactOptional<Shape[Name] & z.ZodType>
  }

const emptied = <Shape extends z.ZodRawShape>(shape: Shape) =>
  Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [name, (schema as z.ZodType).nullable().exactOptional()]),
  ) as { [Name in keyof Shape]: z.ZodExactOptional<z.ZodNullable<Shape[Name] & z.ZodType>> }

/** What a device made by hand is made of. */
export const newDevice = {
  name: DeviceName,
  ...optional(facts),
  custom: CustomValues.exactOptional(),
  tags: Tags.exactOptional(),
}

/** What can be edited; null takes back what was entered, and sources are believed again. */
export const deviceEdit = {
  name: DeviceName.nullable().exactOptional(),
  ...emptied(facts),
  custom: CustomValues.exactOptional(),
  tags: Tags.exactOptional(),
}

export type DeviceEdit = {
  [Name in keyof typeof deviceEdit]?: z.output<(typeof deviceEdit)[Name]> | undefined
}
