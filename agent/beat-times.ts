/**
 * When a server's heartbeats are due: at k times the interval plus a part of it that is its own for good, worked out of
 * its id. A fleet that is switched on at once so spreads by itself, and no heartbeat drifts.
 */
export function nextBeat(serverId: string, now: number, interval: number): number {
  const phase = phaseOf(serverId, interval)
  // A timer may fire a moment early: what is due in less than half an interval has just been.
  const earliest = now + interval / 2
  return Math.ceil((earliest - phase) / interval) * interval + phase
}

/** From 0 up to the interval: a hash (FNV-1a, mixed once more), the same wherever it is worked out. */
export function phaseOf(serverId: string, interval: number): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(serverId)) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return ((hash ^ (hash >>> 15)) >>> 0) % interval
}
