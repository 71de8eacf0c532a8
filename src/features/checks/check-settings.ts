import { z } from 'zod'
import { tlsTrust } from '#sources/http-settings.ts'

export const checkKinds = ['ping', 'tcp', 'http', 'dns', 'snmp', 'certificate'] as const
export type CheckKind = (typeof checkKinds)[number]

const port = z.number().int().min(1).max(65_535)
const dayCount = z.number().int().min(0).max(3_650)

function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text, 'u'))
  } catch {
    return false
  }
}
const pattern = z.string().min(1).max(500).refine(isPattern).meta({ expected: 'a regular expression' })

const ping = z.strictObject({
  count: z.number().int().min(1).max(20).default(3).describe('Packets each time.'),
  maxLossPercent: z
    .number()
    .min(0)
    .max(99)
    .default(99)
    .describe('It is down when more than this share of the packets is lost.'),
  maxMilliseconds: z.number().positive().optional().describe('It is down when the mean answer takes longer.'),
})

const tcp = z.strictObject({
  port,
  tls: z.boolean().default(false).describe('Speak TLS from the beginning.'),
  trust: tlsTrust.prefault({}).describe('How the server proves itself, with TLS.'),
  send: z.string().max(4_000).optional().describe('What is said first.'),
  expect: pattern.optional().describe('What it has to answer, as a regular expression.'),
})

const statusRange = /^[1-5]\d\d(-[1-5]\d\d)?$/
const http = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .refine((text) => !/^https?:\/\/[^/]*@/i.test(text))
    .meta({ expected: 'an http or https address without user and password in it' })
    .optional()
    .describe('With {address} for that of the device; the target when left out.'),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS']).default('GET'),
  headers: z
    .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/), z.string().max(8_000).meta({ secret: true }))
    .default({})
    .describe('Sent along; their values are never shown.'),
  body: z.string().max(64_000).optional(),
  statuses: z
    .array(
      z.string().regex(statusRange).meta({ expected: 'a status such as 200, or a range such as 200-399' }),
    )
    .min(1)
    .default(['200-399'])
    .describe('Statuses that are good.'),
  contains: z.string().min(1).max(2_000).optional().describe('Text that has to be in the body.'),
  matches: pattern.optional().describe('A regular expression that the body has to match.'),
  json: z
    .strictObject({
      path: z
        .string()
        .regex(/^\$?(\.?[\w-]+|\[\d+\])+$/)
        .meta({ expected: 'a path such as status or items[0].name' }),
      equals: z.union([z.string(), z.number(), z.boolean(), z.null()]),
    })
    .optional()
    .describe('A value that the JSON of the body has to hold.'),
  followRedirects: z.boolean().default(true),
  minDays: dayCount.optional().describe('It is down when its certificate expires sooner, in days.'),
  trust: tlsTrust.prefault({}).describe('How the server proves itself; checking is never off.'),
})

const dns = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .meta({ title: 'Name to look up' })
    .describe('What is looked up; the target is asked then.'),
  type: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT']).default('A'),
  resolver: z.string().min(1).max(253).optional().describe('Address of the server that is asked.'),
  port: port.default(53),
  expected: z
    .array(z.string().min(1))
    .optional()
    .describe('Values that all have to be there, and no others.'),
})

const secretKey = z.string().min(8).meta({ secret: true, expected: 'at least 8 characters' })
const snmp = z
  .strictObject({
    version: z.enum(['2c', '3']).default('2c'),
    community: z.string().min(1).optional().meta({ secret: true }),
    username: z.string().min(1).max(32).optional(),
    authProtocol: z.enum(['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512']).default('sha'),
    authKey: secretKey.optional(),
    privProtocol: z.enum(['aes', 'aes256', 'aes256c', 'des']).default('aes'),
    privKey: secretKey.optional(),
    port: port.default(161),
    oid: z
      .string()
      .regex(/^\d+(\.\d+)+$/)
      .meta({ expected: 'an OID such as 1.3.6.1.2.1.1.3.0' })
      .optional()
      .describe('One value that is read; when its device starts is read where neither is named.'),
    operator: z.enum(['=', '!=', '<', '<=', '>', '>=']).optional().describe('How the value has to compare.'),
    value: z.union([z.string(), z.number()]).optional().describe('What it is compared with.'),
    interface: z
      .string()
      .min(1)
      .optional()
      .describe('Name of an interface that has to be up; its traffic and errors are kept.'),
  })
  .refine(({ operator, value }) => (operator === undefined) === (value === undefined))
  .meta({ expected: 'operator and value together' })

const certificate = z.strictObject({
  port: port.default(443),
  minDays: dayCount.default(14).describe('It is down when the certificate expires sooner, in days.'),
  serverName: z.string().min(1).max(253).optional().describe('The name that is asked for; the target.'),
  trust: tlsTrust.prefault({}).describe('How the server proves itself.'),
})

/** What each kind of check is told, beside its target. */
export const checkSettings = { ping, tcp, http, dns, snmp, certificate }
export type CheckSettings<Kind extends CheckKind> = z.output<(typeof checkSettings)[Kind]>
