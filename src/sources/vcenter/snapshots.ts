import { parseTimestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import { steadyBytes } from '#sources/steady-bytes.ts'
import type { Layout, SnapshotNode } from '#sources/vcenter/answers.ts'
import { plainName } from '#sources/vcenter/places.ts'

type File = Layout['file'][number]
type FileKey = number | undefined
/** The files of one disk, from its base to what is written now: one element a layer. */
type Chain = readonly (readonly FileKey[])[]

const chainsOf = (disks: Layout['disk']): Chain[] =>
  disks.map(({ chain }) => chain.map(({ fileKey }) => fileKey))

const startsWith = (chain: Chain, start: Chain): boolean =>
  start.every((layer, index) => String(chain[index]) === String(layer))

/**
 * Bytes of these files; null where they cannot be known: a file is not told, or, as vSAN and vVol do, none has a size.
 */
function bytesOf(files: ReadonlyMap<FileKey, File>, keys: ReadonlySet<FileKey>): number | null {
  const chosen = [...keys].map((key) => files.get(key))
  if (chosen.some((file) => file?.size === undefined)) return null
  const extents = chosen.filter((file) => file!.type === 'diskExtent')
  if (extents.length > 0 && extents.every((file) => file!.size === 0)) return null
  const sum = chosen.reduce((total, file) => total + file!.size!, 0)
  return sum > 0 ? sum : null
}

/** Files that are there for snapshots only, whatever snapshot they belong to. */
const ofSnapshots = new Set(['snapshotData', 'snapshotMemory', 'snapshotManifestList'])

/**
 * What snapshots take up. No field tells it: it is the files of snapshots themselves, and of every disk all layers
 * above its base. The base is the disk itself, or, of a linked clone, another machine's.
 */
export function totalBytes(layout: Layout): number | null {
  const chains = [layout.disk, ...layout.snapshot.map((each) => each.disk)].flatMap(chainsOf)
  const bases = new Set(chains.flatMap((chain) => chain[0] ?? []))
  const layers = chains.flatMap((chain) => chain.slice(1).flat()).filter((key) => !bases.has(key))
  const own = layout.file.filter(({ type }) => ofSnapshots.has(type ?? '')).map(({ key }) => key)
  return bytesOf(filesOf(layout), new Set([...layers, ...own]))
}

const filesOf = (layout: Layout): Map<FileKey, File> => new Map(layout.file.map((file) => [file.key, file]))

/** What one snapshot takes up: its own files, and what was written since it was made, which lies in the next layers. */
export function bytesOfSnapshot(layout: Layout, id: string): number | null {
  const own = layout.snapshot.find(({ key }) => key === id)
  if (own === undefined) return null
  const all = [layout.disk, ...layout.snapshot.map((each) => each.disk)].flatMap(chainsOf)
  const layers = chainsOf(own.disk).flatMap((chain) => {
    const later = all.filter((other) => other.length > chain.length && startsWith(other, chain))
    return later.flatMap((other) => other[chain.length]!)
  })
  const before = new Set(chainsOf(own.disk).flat(2))
  // -1 stands for none.
  const files = [own.dataKey, own.memoryKey].filter((key) => key !== undefined && key >= 0)
  return bytesOf(filesOf(layout), new Set([...layers.filter((key) => !before.has(key)), ...files]))
}

const hasMemory = (layout: Layout | undefined, id: string): boolean | undefined => {
  const key = layout?.snapshot.find((each) => each.key === id)?.memoryKey
  return key === undefined ? undefined : key >= 0
}

const steady = (bytes: number | null): number | null => (bytes === null ? null : steadyBytes(bytes))

function toSnapshot(
  node: SnapshotNode,
  parent: SnapshotNode | undefined,
  layout: Layout | undefined,
  current: string | undefined,
): JsonObject {
  const createdAt = parseTimestamp(node.createTime ?? '')
  const withMemory = hasMemory(layout, node.snapshot)
  return {
    id: node.snapshot,
    name: plainName(node.name),
    ...(node.description ? { description: node.description.slice(0, 500) } : {}),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(parent === undefined ? {} : { parent: plainName(parent.name) }),
    ...(withMemory === undefined ? {} : { withMemory }),
    ...(node.quiesced === undefined ? {} : { quiesced: node.quiesced }),
    ...(node.snapshot === current ? { current: true } : {}),
    sizeBytes: layout === undefined ? null : steady(bytesOfSnapshot(layout, node.snapshot)),
  }
}

/** All snapshots of a machine, each after its parent. */
export function toSnapshots(
  roots: readonly SnapshotNode[],
  layout: Layout | undefined,
  current: string | undefined,
): JsonObject[] {
  const all: JsonObject[] = []
  const pending = roots.map((node) => ({ node, parent: undefined as SnapshotNode | undefined }))
  for (let at = pending.shift(); at !== undefined; at = pending.shift()) {
    const { node, parent } = at
    all.push(toSnapshot(node, parent, layout, current))
    pending.unshift(...node.childSnapshotList.map((child) => ({ node: child, parent: node })))
  }
  return all
}

/** The sum for a machine that has these snapshots; undefined where it cannot be known. */
export function totalSnapshotBytes(
  roots: readonly SnapshotNode[],
  layout: Layout | undefined,
): number | undefined {
  if (roots.length === 0) return 0
  return layout === undefined ? undefined : (steady(totalBytes(layout)) ?? undefined)
}
