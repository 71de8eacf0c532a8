import { Ajv2020 } from 'ajv/dist/2020.js'
import { z } from 'zod'
import { Heartbeat } from '#features/servers/heartbeat-shape.ts'

let compiled: ((value: unknown) => boolean) | undefined

/**
 * The same verdict as the shape itself, compiled: some hundred thousand heartbeats a second pass here. Compiled when the
 * first one comes: it takes as long as a tenth of a command's start.
 */
export function isHeartbeat(value: unknown): value is Heartbeat {
  compiled ??= new Ajv2020({ strict: false, strictNumbers: true }).compile(
    z.toJSONSchema(Heartbeat, { io: 'input', target: 'draft-2020-12' }),
  )
  return compiled(value)
}
