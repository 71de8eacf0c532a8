import { z } from 'zod'
import type { ManagedObject } from '#sources/vcenter/envelope.ts'
import type { XmlObject, XmlValue } from '#sources/vcenter/parse-xml.ts'

/** One object as the server told it: its properties as one tree, and those it did not give. */
export interface RetrievedObject {
  object: ManagedObject
  /** `config.uuid` is `properties.config.uuid`. */
  properties: XmlObject
  missing: { path: string; fault: string }[]
}

const emptyObject = (): XmlObject => Object.create(null) as XmlObject

const isObject = (value: XmlValue | undefined): value is XmlObject =>
  typeof value === 'object' && !Array.isArray(value)

function place(tree: XmlObject, path: string, value: XmlValue): void {
  const steps = path.split('.')
  const last = steps.pop()!
  let at = tree
  for (const step of steps) {
    const next = at[step]
    at = isObject(next) ? next : ((at[step] = emptyObject()) as XmlObject)
  }
  at[last] = value
}

const xmlValue = z.custom<XmlValue>((value) => value !== undefined)

/** One or many: a single element looks like the value itself. */
const listed = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(
    (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
    z.array(schema),
  )

const objectContent = z.object({
  obj: z.object({ $ref: z.string(), value: z.string().min(1) }),
  propSet: listed(z.object({ name: z.string().min(1), val: xmlValue })),
  missingSet: listed(
    z.object({
      path: z.string(),
      fault: z.object({ fault: z.looseObject({ $type: z.string().default('unknown') }) }),
    }),
  ),
})

/** What an answer of RetrievePropertiesEx or ContinueRetrievePropertiesEx holds. */
const retrieveResult = z.object({
  // Real servers give "0" as well, which is a token like any other.
  token: z.string().optional(),
  objects: listed(z.unknown()),
})

export interface RetrievedPage {
  /** Those that could be understood. */
  objects: RetrievedObject[]
  /** There is more, to be had with it. */
  token: string | undefined
}

/** Undefined for what is no such answer; an answer without objects has none of those asked for. */
export function toPage(returned: XmlValue | undefined): RetrievedPage | undefined {
  if (returned === undefined || returned === '') return { objects: [], token: undefined }
  const result = retrieveResult.safeParse(returned)
  if (!result.success) return undefined
  const parsed = result.data.objects.map((each) => objectContent.safeParse(each))
  const objects = parsed
    .filter((each) => each.success)
    .map(({ data: { obj, propSet, missingSet } }): RetrievedObject => {
      const properties = emptyObject()
      for (const { name, val } of propSet) place(properties, name, val)
      const missing = missingSet.map(({ path, fault }) => ({ path, fault: fault.fault.$type }))
      return { object: { type: obj.$ref, id: obj.value }, properties, missing }
    })
  return { objects, token: result.data.token }
}
