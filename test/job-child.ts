import { openDatabase } from '#database/open.ts'
import { counting, jobsContext, nodeNamed } from '#test/jobs-world.ts'
import { work } from '#features/jobs/worker.ts'

/**
 * A process that does jobs called `count` and holds each row for ever, saying its number; to be killed.
 * Arguments: the database, the name of the node, the effect class.
 */
const [url, name, effect] = process.argv.slice(2) as [string, string, 'read']
const opened = await openDatabase({ url })
const hold = counting(
  async ({ row }) => {
    process.stdout.write(`${row.number}\n`)
    return new Promise<never>(() => {})
  },
  {
    effect,
    ...(effect === 'read' ? {} : { effectOf: (_context, _parameters, _input, { key }) => ({ key }) }),
    probe: async () => ({ outcome: 'not_done' }),
  },
)
const { context, actions } = jobsContext(opened, [hold])
await work(context, actions, nodeNamed(name), new AbortController().signal)
