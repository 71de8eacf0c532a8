/** Rounded down by at most 1.6 %: what drifts or grows a little all the time is no change at every reading. */
export function steadyBytes(bytes: number): number {
  if (bytes <= 0) return 0
  const step = 2 ** Math.max(0, Math.floor(Math.log2(bytes)) - 6)
  return Math.floor(bytes / step) * step
}
