import type { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import { computeResourceRow, subnetRow } from '#sources/foreman/answers.ts'
import type { ForemanClient } from '#sources/foreman/client.ts'
import type { Surroundings } from '#sources/foreman/mapping.ts'
import type { ForemanSettings } from '#sources/foreman/settings.ts'

/** Lists of subnets and compute resources are short. */
const perPage = 250
const pagesAtMost = 100

/** What the addresses and ids of hosts mean, and what of that the login may not see. */
export async function readSurroundings(
  client: ForemanClient,
  { activeHours }: Pick<ForemanSettings, 'activeHours'>,
  now: string,
  signal: AbortSignal,
): Promise<{ around: Surroundings; warnings: string[] }> {
  const subnets = await readAll(client, '/subnets', subnetRow, signal)
  const resources = await readAll(client, '/compute_resources', computeResourceRow, signal)
  const providers = (resources ?? []).flatMap(({ id, provider }): [number, string][] =>
    provider === undefined ? [] : [[id, provider]],
  )
  return {
    around: {
      subnets: new Map((subnets ?? []).map(({ id, cidr }) => [id, cidr])),
      providers: new Map(providers),
      closed: { subnets: subnets === undefined, resources: resources === undefined },
      now,
      activeHours,
    },
    warnings: [
      ...(subnets === undefined
        ? ['The login may not see subnets (view_subnets): addresses come without the length of their prefix.']
        : []),
      ...(resources === undefined
        ? [
            'The login may not see compute resources (view_compute_resources): machines of libvirt and oVirt may be joined to what else is known of them by less.',
          ]
        : []),
    ],
  }
}

/** Undefined where the login may not see the list. */
async function readAll<Schema extends z.ZodType>(
  client: ForemanClient,
  path: string,
  row: Schema,
  signal: AbortSignal,
): Promise<z.output<Schema>[] | undefined> {
  const found: z.output<Schema>[] = []
  for (let page = 1; page <= pagesAtMost; page += 1) {
    const query = { page, per_page: perPage, order: 'id ASC' }
    const answer = await client.list(path, row, query, signal).catch(unlessForbidden)
    if (answer === undefined) return undefined
    found.push(...answer.rows)
    if (answer.rows.length + answer.unreadable === 0 || page * perPage >= answer.subtotal) break
  }
  return found
}

/** Nothing for a missing right; any other error is thrown on. */
export function unlessForbidden(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'SOURCE_FORBIDDEN') return undefined
  throw error
}
