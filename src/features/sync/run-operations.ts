import type { AnyOperation } from '#features/operation.ts'

/** What people can ask about runs: run.list, run.show, run.decide. */
export const runOperations: readonly AnyOperation[] = []
