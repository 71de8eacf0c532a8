import { z } from 'zod'

const fingerprint = /^([0-9a-f]{2}:?){32}$/i

/** How a server proves itself. Without either the system's certificate authorities decide; checking is never off. */
export const tlsTrust = z.strictObject({
  /** A certificate authority to trust instead of the system's: a PEM file, or PEM text. */
  ca: z.string().min(1).optional().meta({ path: true }),
  /** SHA-256 of the server's own certificate; with `ca` both must hold, alone it replaces the authority. */
  fingerprint: z
    .string()
    .regex(fingerprint)
    .optional()
    .meta({ expected: 'a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons' }),
})
export type TlsTrust = z.output<typeof tlsTrust>

const webAddress = z
  .url({ protocol: /^https?$/ })
  .refine((text) => !/^https?:\/\/[^/]*@/i.test(text))
  .meta({ expected: 'an http or https address without user and password in it' })

/** Settings that every source read over HTTP has; spread its shape into the source's own: `{ ...httpSettings.shape, ... }`. */
export const httpSettings = z.strictObject({
  url: webAddress,
  tls: tlsTrust.prefault({}),
  /** For one answer, not for the whole reading. */
  timeoutSeconds: z.number().positive().max(3600).default(30),
  /** Writes each answer, redacted, to this folder. */
  record: z.string().min(1).optional().meta({ path: true }),
  /** Answers from this folder instead of the network. */
  replay: z.string().min(1).optional().meta({ path: true }),
})
export type HttpSettings = z.output<typeof httpSettings>
