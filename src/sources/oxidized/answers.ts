import { z } from 'zod'

const absent = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined)
const text = absent(z.union([z.string(), z.number()]).transform(String))

const job = z.object({ start: text, end: text, status: text, time: absent(z.coerce.number()) })

/**
 * One node of /nodes.json. Its `vars` hold logins in clear text, so whatever is not named here is dropped. Until some
 * releases ago `last` was the time alone.
 */
export const nodeRow = z.object({
  name: z.union([z.string(), z.number()]).transform(String).pipe(z.string().min(1)),
  full_name: text,
  ip: text,
  group: text,
  model: text,
  status: text,
  time: text,
  mtime: text,
  last: z
    .union([job, text])
    .transform((last) => (typeof last === 'string' ? { end: last } : (last ?? {})) as z.output<typeof job>),
})
export type NodeRow = z.output<typeof nodeRow>

/** Whether a row of /nodes.json tells a login of its device to whoever asks. */
export const tellsLogin = (row: unknown): boolean => {
  const vars = z.looseObject({ vars: z.record(z.string(), z.unknown()) }).safeParse(row).data?.vars ?? {}
  return Object.entries(vars).some(
    ([name, value]) =>
      /pass|enable|secret|key|community/i.test(name) && typeof value === 'string' && value !== '',
  )
}
