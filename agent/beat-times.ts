import { createHash } from 'node:crypto'

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

/** From 0 up to the interval. */
export const phaseOf = (serverId: string, interval: number): number =>
  createHash('sha256').update(serverId).digest().readUInt32BE(0) % interval
