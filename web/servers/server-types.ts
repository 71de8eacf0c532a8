import type { z } from 'zod'
import type { AgentShape, ServerDetail, ServerItem } from '#features/servers/server-shapes.ts'

export type { ServerDetail, ServerItem }
export type ServerAgent = z.infer<typeof AgentShape>
