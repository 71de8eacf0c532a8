import { findHostIds } from '#features/hosts/host-queries.ts'
import { leaveOut } from '#features/previews/left-out.ts'
import type { LeftOut } from '#features/previews/left-out.ts'
import { keptDevices } from '#features/previews/target-queries.ts'
import type { RowCall, RowSource, RowsFor, SourceRow } from '#features/previews/row-source.ts'
import { tooManyRows } from '#features/previews/survey-table.ts'
import { unknownValues } from '#features/previews/unknown-values.ts'
import { deviceFilter, findDeviceIds } from '#features/inventory/device-list-queries.ts'
import { chunksOf } from '#kernel/chunks-of.ts'

const atOnce = 500

/**
 * A row for each device, or host, that a query finds for the requester. Which these are is decided in one statement, so
 * that each is one row once however the inventory changes meanwhile; they come in the order of their ids.
 */
export async function openQueryRows(
  call: RowCall,
  action: RowsFor,
  q: string,
  maxRows: number,
  signal: AbortSignal,
): Promise<RowSource> {
  const isHosts = action.subject === 'host'
  const ids = isHosts
    ? await findHostIds(call, { q }, maxRows + 1)
    : await findDeviceIds(call, await deviceFilter(call, q), maxRows + 1)
  if (ids.length > maxRows) throw tooManyRows('The query', maxRows)
  const excluded: LeftOut = isHosts ? new Map() : await unknownValues(call, q, signal)
  return fromIds(call, isHosts, ids, excluded)
}

/** A row for each of these devices, or hosts; those that are not there or hidden from the requester are left out. */
export async function openIdRows(call: RowCall, action: RowsFor, ids: readonly number[]): Promise<RowSource> {
  const isHosts = action.subject === 'host'
  const once = [...new Set(ids)].sort((a, b) => a - b)
  const excluded: LeftOut = new Map()
  if (once.length < ids.length) leaveOut(excluded, 'Named twice', ids.length - once.length, twice(ids))
  const there = new Set(
    isHosts ? await findHostIds(call, { ids: once }, once.length) : await keptDevices(call, once),
  )
  const missing = once.filter((id) => !there.has(id))
  // Whether one is there that the requester may not see is not told.
  if (missing.length > 0)
    leaveOut(
      excluded,
      `No such ${isHosts ? 'host' : 'device'}, or not allowed to see it`,
      missing.length,
      missing.map(idText),
    )
  return fromIds(
    call,
    isHosts,
    once.filter((id) => there.has(id)),
    excluded,
  )
}

const idText = (id: number): string => `${id}`

function* twice(ids: readonly number[]): Generator<string> {
  const seen = new Set<number>()
  for (const id of ids) if (seen.size === seen.add(id).size) yield idText(id)
}

function fromIds(call: RowCall, isHosts: boolean, ids: readonly number[], excluded: LeftOut): RowSource {
  const kind = isHosts ? 'host' : 'device'
  return {
    from: `The ${kind}s`,
    columns: [],
    total: ids.length,
    warnings: new Map(),
    excluded,
    async *read(signal) {
      for (const chunk of chunksOf([...ids], atOnce)) {
        signal.throwIfAborted()
        // What was retired, merged or hidden since the query was asked is no row any more.
        const kept = isHosts ? chunk : await keptDevices(call, chunk)
        const gone = chunk.length - kept.length
        if (gone > 0) {
          const there = new Set(kept)
          const missing = chunk.filter((id) => !there.has(id))
          leaveOut(excluded, 'Gone since the query was asked', gone, missing.map(idText))
        }
        yield kept.map((id): SourceRow => ({
          key: `${id}`,
          input: {},
          deviceId: isHosts ? null : id,
          place: `${kind} ${id}`,
        }))
      }
    },
  }
}
