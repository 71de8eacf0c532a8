import { Ajv2020 } from 'ajv/dist/2020.js'
import { z } from 'zod'
import { Heartbeat } from '#features/servers/heartbeat-shape.ts'

const ajv = new Ajv2020({ strict: false, strictNumbers: true })

/** The same verdict as the shape itself, compiled: some hundred thousand heartbeats a second pass here. */
export const isHeartbeat: (value: unknown) => value is Heartbeat = ajv.compile<Heartbeat>(
  z.toJSONSchema(Heartbeat, { io: 'input', target: 'draft-2020-12' }),
)
