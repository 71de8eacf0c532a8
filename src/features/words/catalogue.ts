import { z } from 'zod'
import type { Lexicon } from '#features/words/lexicon.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import type { JsonObject } from '#kernel/json.ts'
import { fieldHelp, operatorsOf } from '#query/field-help.ts'
import { subjects } from '#query/subjects.ts'

/** So many tags are told to a model. */
const toldAtMost = 300

/** The actions that somebody may ask for with words. */
export const isProposable = ({ isOffered }: AnyJobAction): boolean => isOffered !== false

/** What a model is told: actions, fields, operators and names, and nothing of what the inventory holds. */
export function modelCatalogue(lexicon: Lexicon): JsonObject {
  const { actions, tags, sources, webhooks, commands, customFields } = lexicon
  return {
    actions: [...actions.values()].filter(isProposable).map(({ name, summary, subject, parameters }) => ({
      name,
      summary,
      subject,
      parameters: z.toJSONSchema(parameters, { io: 'input', unrepresentable: 'any' }) as JsonObject,
    })),
    fields: {
      device: fieldsOf('device'),
      host: fieldsOf('host'),
      custom: customFields.map(({ name, type, options }) => ({
        name: `custom.${name}`,
        type,
        values: [...(options ?? [])],
      })),
    },
    operators: Object.fromEntries(
      [...new Map(subjects.device.fields.map((field) => [field.type, field])).values()].map((field) => [
        field.type,
        operatorsOf(field).map(({ operator, meaning }) => `${operator} ${meaning}`),
      ]),
    ),
    tags: tags.slice(0, toldAtMost),
    sources: [...sources],
    webhooks: [...webhooks],
    commands: [...commands],
  }
}

const fieldsOf = (subject: 'device' | 'host') =>
  fieldHelp(subject).map(({ name, type, summary, values }) => ({ name, type, summary, values: [...values] }))
