import { z } from 'zod'
import { operation } from '#features/operation.ts'
import type { AnyOperation } from '#features/operation.ts'
import { Check, worstOf } from '#features/system/check.ts'
import { checksText } from '#features/system/checks-text.ts'
import { databaseOperations } from '#features/system/database-operations.ts'
import { diagnose } from '#features/system/diagnose.ts'
import { isDatabaseThere } from '#features/system/health.ts'
import { programVersion } from '#features/system/program.ts'
import { settingOperations } from '#features/system/setting-operations.ts'

/** What a monitor asks for. */
export const Health = z.object({
  status: z.enum(['healthy', 'unhealthy']),
  database: z.enum(['connected', 'disconnected']),
  version: z.string(),
  uptimeSeconds: z.number().int(),
  time: z.string(),
})

/** Health, diagnosis, settings and the care of the database. */
export const systemOperations: readonly AnyOperation[] = [
  operation({
    name: 'system.health',
    summary: 'Say whether Rollcall works; open to everybody, for monitors.',
    http: 'GET /system/health',
    effect: 'read',
    permission: 'open',
    input: z.object({}),
    output: Health,
    cli: { isFailure: ({ status }) => status === 'unhealthy' },
    async run(context) {
      const isThere = await isDatabaseThere(context)
      return {
        status: isThere ? ('healthy' as const) : ('unhealthy' as const),
        database: isThere ? ('connected' as const) : ('disconnected' as const),
        version: programVersion,
        uptimeSeconds: Math.floor(process.uptime()),
        time: context.clock.now(),
      }
    },
  }),
  operation({
    name: 'system.doctor',
    summary: 'Look at this installation and say what is wrong and how to mend it.',
    http: 'GET /system/doctor',
    effect: 'read',
    permission: 'system.manage',
    input: z.object({}),
    output: z.object({
      status: Check.shape.status.describe('The worst of all checks.'),
      checks: z.array(Check),
    }),
    cli: { aliases: ['doctor'], show: checksText, isFailure: ({ status }) => status === 'problem' },
    async run(context, _, signal) {
      const checks = await diagnose({ config: context.config, clock: context.clock, context }, signal)
      return { status: worstOf(checks), checks }
    },
  }),
  ...settingOperations,
  ...databaseOperations,
]
