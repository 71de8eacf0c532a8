import type { Config } from '#config.ts'
import type { OpenDatabase } from '#database/open.ts'
import { jobActions } from '#features/job-actions.ts'
import { propose } from '#features/words/propose.ts'
import type { Understanding } from '#features/words/word-shapes.ts'
import type { Actor } from '#model/actor.ts'
import { ada, inventoryWorld, type InventoryWorld } from '#test/inventory-world.ts'
import { machines } from '#test/scripted-source.ts'
import { testConfig } from '#test/test-config.ts'

export interface WordWorld extends InventoryWorld {
  propose(text: string, actor?: Actor, signal?: AbortSignal): Promise<Understanding>
  /** The same with a language model to ask. */
  proposeWith(model: Config['model']): WordWorld['propose']
}

/** An inventory with a few names, and what words mean in it. Proposing changes nothing: tests may share one. */
export async function wordWorld(opened: OpenDatabase): Promise<WordWorld> {
  const world = inventoryWorld(opened)
  const { jobs } = testConfig()
  const hook = {
    url: 'http://127.0.0.1:1',
    method: 'POST',
    headers: {},
    idempotent: true,
    repeat: 'never',
  } as const
  const tool = { effect: 'read', timeoutSeconds: 1, concurrency: 1 } as const
  const config = testConfig({
    jobs: {
      ...jobs,
      webhooks: [{ ...hook, name: 'tickets', concurrency: 1, timeoutSeconds: 1, costCents: 0, tls: {} }],
      commands: [{ ...tool, name: 'ping', run: ['true'] }],
    },
    sources: [{ name: 'vcenter1', type: 'lab', enabled: true, settings: {} }] as never,
  })
  await world.read([machines(3)])
  await world.ask('device.tag', { q: 'name:web-01', add: ['legacy', 'prod'] })
  await world.ask('device.update', { id: 'web-02', site: 'berlin' })
  await world.ask('field.create', { name: 'cost', label: 'Cost', type: 'number' })
  const proposeWith: WordWorld['proposeWith'] =
    (model) =>
    (text, actor = ada, signal = new AbortController().signal) =>
      propose(
        { ...world.context, config: { ...config, ...(model && { model }) }, actor },
        jobActions,
        text,
        signal,
      )
  return { ...world, proposeWith, propose: proposeWith(undefined) }
}
