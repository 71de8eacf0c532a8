import { z } from 'zod'
import { proxySettings } from '#sources/http-proxy.ts'

const fingerprint = /^([0-9a-f]{2}:?){32}$/i

/**
 * How a server proves itself, and we to it. Without `ca` and `fingerprint` the system's certificate authorities decide;
 * checking is never off.
 */
export const tlsTrust = z.strictObject({
  /** A certificate authority to trust instead of the system's: a PEM file, or PEM text. */
  ca: z
    .string()
    .min(1)
    .optional()
    .meta({ path: true })
    .describe('A certificate authority to trust instead of the system’s: a PEM file, or PEM text.'),
  /** SHA-256 of the server's own certificate; with `ca` both must hold, alone it replaces the authority. */
  fingerprint: z
    .string()
    .regex(fingerprint)
    .optional()
    .meta({ expected: 'a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons' })
    .describe('The SHA-256 fingerprint of the server’s own certificate.'),
  clientCert: z
    .string()
    .min(1)
    .optional()
    .meta({ path: true })
    .describe('The certificate that we show to servers that ask for one: a PEM file, or PEM text.'),
  clientKey: z
    .string()
    .min(1)
    .optional()
    .meta({ path: true, secret: true })
    .describe('The key of that certificate: a PEM file, or PEM text.'),
})
export type TlsTrust = z.output<typeof tlsTrust>

const webAddress = z
  .url({ protocol: /^https?$/ })
  .refine((text) => !/^https?:\/\/[^/]*@/i.test(text))
  .meta({ expected: 'an http or https address without user and password in it' })

/** Settings that every source read over HTTP has; spread its shape into the source's own: `{ ...httpSettings.shape, ... }`. */
export const httpSettings = z.strictObject({
  url: webAddress.describe('Its address, with the port where it is not the usual one.'),
  tls: tlsTrust.prefault({}).describe('How the server proves itself; checking is never off.'),
  /** For one answer, not for the whole reading. */
  timeoutSeconds: z.number().positive().max(3600).default(30).describe('Seconds to wait for one answer.'),
  proxy: proxySettings.optional().describe('A proxy that leads to it.'),
  /** Over all of a reading, however many are under way. */
  requestsPerSecond: z
    .number()
    .positive()
    .max(10_000)
    .optional()
    .describe('How many requests a second it is asked at most; without it, as fast as it answers.'),
  /** Writes each answer, redacted, to this folder. */
  record: z
    .string()
    .min(1)
    .optional()
    .meta({ path: true })
    .describe('A folder to keep every answer in, without its secrets.'),
  /** Answers from this folder instead of the network. */
  replay: z
    .string()
    .min(1)
    .optional()
    .meta({ path: true })
    .describe('A folder to answer from instead of the network.'),
})
export type HttpSettings = z.output<typeof httpSettings>
