import { z } from 'zod'
import type { Webhook } from '#config-schema.ts'
import type { Config } from '#config.ts'
import { findConfigured } from '#features/actions/find-configured.ts'
import { callWebhook } from '#features/actions/call-webhook.ts'
import { Columns, loadTargets, targetOf, type Asking } from '#features/actions/target.ts'
import {
  checkTemplate,
  emptyPlaceholders,
  fillJson,
  usedColumns,
  type Filling,
} from '#features/actions/template.ts'
import { jobAction, type PreviewFacts, type PreviewItem } from '#features/jobs/action.ts'
import { AppError } from '#kernel/errors.ts'
import { contentHash, type Json } from '#kernel/json.ts'

const bodyLimit = 64_000

const Parameters = z.strictObject({
  webhook: z.string().min(1).max(64).describe('The name of one of jobs.webhooks.'),
  body: z
    .union([z.string().min(1).max(bodyLimit), z.record(z.string(), z.json())])
    .exactOptional()
    .describe(
      'What is sent, as JSON: {name}, {address}, {custom.NAME} and {row.COLUMN} in its texts stand for what the row has. Without it, the device and the row.',
    ),
})
type Parameters = z.output<typeof Parameters>

/** The webhook of this name; NOT_FOUND where the configuration has none. */
const findWebhook = ({ jobs }: Config, name: string): Webhook =>
  findConfigured(jobs.webhooks, name, { noun: 'webhook', setting: 'jobs.webhooks' })

/** The body as JSON with placeholders in its texts; INPUT_INVALID for text that is no JSON. */
function templateOf({ body }: Parameters): Json | undefined {
  if (typeof body !== 'string') return body
  try {
    return JSON.parse(body) as Json
  } catch (cause) {
    throw new AppError('INPUT_INVALID', 'The body of a webhook has to be JSON', {
      complaints: [{ path: 'body', expected: 'JSON such as {"host": "{name}"}, placeholders in quotes' }],
      cause,
    })
  }
}

/** Every text in a template, one a line: what placeholders are looked for in. */
function textsIn(template: Json): string {
  if (typeof template === 'string') return template
  if (template === null || typeof template !== 'object') return ''
  return Object.values(template).map(textsIn).join('\n')
}

function bodyOf(template: Json | undefined, { device, columns }: Filling): Json {
  if (template !== undefined) return fillJson(template, { device, columns })
  const { id, name, deviceType, address, site, rack, owner, tags } = device ?? {}
  const shown = device ? ({ id, name, deviceType, address, site, rack, owner, tags } as Json) : null
  return { device: shown, row: columns }
}

function factsOf(webhook: Webhook, template: Json | undefined, filling: Filling): PreviewFacts {
  try {
    const body = bodyOf(template, filling)
    return {
      after: body,
      costCents: webhook.costCents,
      version: contentHash(body),
      warnings: template === undefined ? [] : emptyPlaceholders(textsIn(template), filling),
    }
  } catch (error) {
    if (error instanceof AppError) return { warnings: [`This row will fail: ${error.message}.`], version: '' }
    throw error
  }
}

/** What there is to say of each row; undefined for one whose device is gone. */
async function factsOfAll(
  call: Asking,
  parameters: Parameters,
  items: readonly PreviewItem<Columns>[],
): Promise<(PreviewFacts | undefined)[]> {
  const webhook = findWebhook(call.config, parameters.webhook)
  const template = templateOf(parameters)
  const devices = await loadTargets(call, items)
  return items.map(({ deviceId, input }, index) => {
    const device = devices[index]
    if (deviceId !== null && !device) return undefined
    return factsOf(webhook, template, { device, columns: input })
  })
}

/** Posts each row to an address that the configuration names. */
export const webhookAction = jobAction({
  name: 'webhook',
  title: 'Call a webhook',
  summary: 'Post each row to one of the configured webhooks: a ticket, a message, a call of another system.',
  effect: ({ config }, { webhook }) => (findWebhook(config, webhook).idempotent ? 'keyed' : 'once'),
  subject: 'table',
  needs: 'jobs.submit',
  parameters: Parameters,
  choices: ({ config }) => ({ webhook: config.jobs.webhooks.map(({ name }) => name) }),
  input: Columns,
  concurrency: ({ config }, { webhook }) => findWebhook(config, webhook).concurrency,
  maxAttempts: 6,
  async check({ config }, parameters) {
    findWebhook(config, parameters.webhook)
    const template = templateOf(parameters)
    if (template !== undefined) checkTemplate('body', textsIn(template))
  },
  limits({ config }, parameters) {
    const { name, concurrency, ratePerMinute } = findWebhook(config, parameters.webhook)
    const key = `webhook:${name}`
    const rate = ratePerMinute === undefined ? undefined : { key, limit: ratePerMinute, seconds: 60 }
    return { target: key, perTarget: concurrency, rate }
  },
  effectOf({ config, clock }, parameters, input, { deviceId, key }) {
    const { name, repeat } = findWebhook(config, parameters.webhook)
    const template = templateOf(parameters)
    const used = template === undefined ? input : usedColumns(textsIn(template), input)
    return {
      webhook: name,
      target: deviceId === null ? `row:${key}` : `device:${deviceId}`,
      body: contentHash({ template: template ?? null, used }),
      period: repeat === 'daily' ? clock.now().slice(0, 10) : '',
    }
  },
  async preview(call, parameters, items) {
    const facts = await factsOfAll(call, parameters, items)
    return facts.map((each) => each ?? { nothingToDo: 'The device is no longer there.' })
  },
  async versions(call, parameters, items) {
    const facts = await factsOfAll(call, parameters, items)
    return facts.map((each) => each?.version ?? null)
  },
  async run(call, parameters, input, signal) {
    const webhook = findWebhook(call.config, parameters.webhook)
    const device = call.row.deviceId === null ? undefined : await targetOf(call)
    const body = bodyOf(templateOf(parameters), { device, columns: input })
    if (JSON.stringify(body).length > bodyLimit)
      throw new AppError('INPUT_INVALID', `The body of this row is longer than ${bodyLimit} characters`)
    return { result: await callWebhook(call, webhook, { body, key: call.row.effectKey }, signal) }
  },
})
