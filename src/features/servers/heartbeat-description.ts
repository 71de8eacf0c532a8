import { z } from 'zod'
import { Heartbeat } from '#features/servers/heartbeat-shape.ts'

/** The heartbeat route as the OpenAPI document tells of it. */
export const heartbeatDescription = {
  method: 'POST',
  url: '/api/v1/agents/heartbeat',
  operationId: 'agent.heartbeat',
  summary:
    'Send one heartbeat or a list of them; answered when they are on disk. Also one a line (application/x-ndjson), and compressed (gzip, zstd).',
  permission: 'metrics.write',
  input: z.union([Heartbeat, z.array(Heartbeat)]),
  output: z.object({
    accepted: z.number().int(),
    rejected: z.array(
      z.object({
        index: z.number().int().describe('Which of the heartbeats, from 0.'),
        code: z.string(),
        path: z
          .string()
          .describe('The field; the heartbeat itself was taken where the field can be left out.'),
        value: z.unknown().optional(),
        expected: z.string(),
      }),
    ),
    serverTime: z.string(),
    nextIntervalSeconds: z.number(),
  }),
} as const
