import type { z } from 'zod'
import type { UserShape } from '#features/access/access-shapes.ts'

/** Somebody who may sign in. */
export type Person = z.infer<typeof UserShape>

/** Where the operations on a person are. */
export const personPath = ({ id }: Pick<Person, 'id'>): string => `/users/${encodeURIComponent(id)}`
