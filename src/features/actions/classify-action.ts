import { z } from 'zod'
import { hostOf, loadHosts, type TargetHost } from '#features/actions/host-target.ts'
import { Columns } from '#features/actions/target.ts'
import { hostTypes, type Host } from '#features/hosts/host-shapes.ts'
import { editHost } from '#features/hosts/review-hosts.ts'
import { jobAction, type PreviewFacts } from '#features/jobs/action.ts'
import { AppError } from '#kernel/errors.ts'

const Parameters = z.strictObject({
  hostType: z.enum(hostTypes).exactOptional().describe('The kind that they are of, whatever sources say.'),
  status: z.enum(['pending', 'approved', 'rejected']).exactOptional().describe('What was decided of them.'),
})
type Parameters = z.output<typeof Parameters>

const stateOf = ({ hostType, status }: Host) => ({ hostType, status })
const versionOf = ({ hostType, status, isDecided }: TargetHost): string =>
  `${hostType} ${isDecided ? 'decided' : 'reported'} ${status}`

const isSo = (host: TargetHost, { hostType, status }: Parameters): boolean =>
  (hostType === undefined || (host.hostType === hostType && host.isDecided)) &&
  (status === undefined || host.status === status)

function factsOf(host: TargetHost, wanted: Parameters): PreviewFacts {
  const isKept = host.status === 'pushed' && wanted.status !== undefined
  return {
    before: stateOf(host),
    after: { ...stateOf(host), ...wanted },
    version: versionOf(host),
    warnings: isKept ? ['It is pushed to NetBox already and keeps its state.'] : [],
    nothingToDo: isSo(host, wanted) ? 'It is classified so already.' : undefined,
  }
}

/** Classifies, approves or rejects hosts. */
export const classifyAction = jobAction({
  name: 'classify',
  title: 'Classify hosts',
  summary: 'Say what kind of thing hosts (MAC addresses on the network) are, and approve or reject them.',
  effect: 'probe',
  subject: 'host',
  needs: 'hosts.review',
  parameters: Parameters,
  input: Columns,
  async check(_, { hostType, status }) {
    if (hostType !== undefined || status !== undefined) return
    throw new AppError('INPUT_INVALID', 'There is nothing to decide about the hosts', {
      complaints: [{ path: 'parameters', expected: 'hostType, status or both' }],
    })
  },
  async preview(call, wanted, items) {
    const hosts = await loadHosts(call, items)
    return hosts.map((host) =>
      host ? factsOf(host, wanted) : { nothingToDo: 'The host is no longer there.' },
    )
  },
  async versions(call, _, items) {
    const hosts = await loadHosts(call, items)
    return hosts.map((host) => (host ? versionOf(host) : null))
  },
  async probe(call, wanted, input) {
    const host = await hostOf(call, { input, key: call.row.key })
    return { outcome: isSo(host, wanted) ? 'done' : 'not_done' }
  },
  async run(call, wanted, input) {
    const { id } = await hostOf(call, { input, key: call.row.key })
    return { result: stateOf(await editHost(call, id, wanted, undefined)) }
  },
})
