/** A device that shares a key with the record. */
export interface Candidate {
  deviceId: number
  /** Only seen on the network so far; no source names it. */
  isPlaceholder: boolean
  /** Sources (`system/identifier`) that name it with a record they still hold. */
  namedBy: ReadonlySet<string>
}

export interface Choice {
  /** The device the record belongs to; undefined for a device of its own. */
  device: number | undefined
  /** Placeholders that turn out to be the same machine. */
  merge: number[]
  /** Named devices it might also be: for a person to look at. */
  conflict: number[]
}

/**
 * Which device a record that names a machine belongs to, by shared native ids and identifying MACs. A source that
 * names two machines means two machines; what is ambiguous is not joined.
 */
export function chooseForDevice(source: string, candidates: readonly Candidate[], own?: number): Choice {
  const others = candidates.filter((each) => each.deviceId !== own)
  const placeholders = others.filter((each) => each.isPlaceholder).map((each) => each.deviceId)
  const named = others.filter((each) => !each.isPlaceholder)
  if (own !== undefined)
    return { device: own, merge: placeholders, conflict: named.map((each) => each.deviceId) }
  const joinable = named.filter((each) => !each.namedBy.has(source))
  if (joinable.length === 1) return { device: joinable[0]!.deviceId, merge: placeholders, conflict: [] }
  if (named.length > 0) return { device: undefined, merge: [], conflict: named.map((each) => each.deviceId) }
  const [first, ...rest] = placeholders.toSorted((left, right) => left - right)
  return { device: first, merge: rest, conflict: [] }
}

/** Which device a sighting belongs to: the one that has its MAC, if it is only one. */
export function chooseForSighting(
  candidates: readonly Candidate[],
): Pick<Choice, 'device'> & { isAmbiguous: boolean } {
  const named = candidates.filter((each) => !each.isPlaceholder)
  const from = named.length > 0 ? named : candidates
  return { device: from.length === 1 ? from[0]!.deviceId : undefined, isAmbiguous: from.length > 1 }
}
