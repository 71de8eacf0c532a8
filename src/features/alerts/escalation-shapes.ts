import { z } from 'zod'
import { severities } from '#features/notices/notice.ts'
import { weekdays } from '#features/schedules/wall-times.ts'
import { isTimeZone } from '#features/schedules/zone-segments.ts'

const TimeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/)
  .meta({ expected: 'a time of day such as 08:00' })

/** One step of an escalation: whom to tell, and after how long. */
export const EscalationStep = z.strictObject({
  afterMinutes: z
    .number()
    .int()
    .min(0)
    .max(10_080)
    .describe('Minutes after the first was told; 0 for at once.'),
  channelIds: z.array(z.number().int().positive()).min(1).max(50),
  severities: z.array(z.enum(severities)).min(1).default(['warning', 'critical']),
  hours: z
    .strictObject({
      days: z
        .array(z.enum(weekdays))
        .min(1)
        .default([...weekdays]),
      from: TimeOfDay,
      to: TimeOfDay,
      timeZone: z.string().max(100).refine(isTimeZone, 'expected a time zone such as Europe/Vienna'),
    })
    .exactOptional()
    .describe('Only within these hours; outside of them the step waits for them.'),
})
export type EscalationStep = z.output<typeof EscalationStep>

export const EscalationPolicy = z.object({
  id: z.number().int(),
  name: z.string(),
  isDefault: z.boolean().describe('For every rule that names no other.'),
  steps: z.array(EscalationStep),
  version: z.number().int(),
})
export type EscalationPolicy = z.output<typeof EscalationPolicy>
