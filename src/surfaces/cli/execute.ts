import type { AnyOperation } from '#features/operation.ts'

/** Asks one operation and gives its answer; in this process or over HTTP. */
export type Execute = (
  request: { operation: AnyOperation; input: Record<string, unknown>; configFile?: string | undefined },
  signal: AbortSignal,
) => Promise<unknown>
