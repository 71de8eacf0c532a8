import { faultError, SoapFault } from '#sources/vcenter/soap-fault.ts'
import { sourceType, type Page, type Source, type SourceTools, type Verdict } from '#sources/source.ts'
import { readInventory } from '#sources/vcenter/reading.ts'
import { openSession } from '#sources/vcenter/session.ts'
import { vcenterSettings, type VcenterSettings } from '#sources/vcenter/settings.ts'
import { tryOut } from '#sources/vcenter/try-out.ts'

const asAppError = (error: unknown): unknown =>
  error instanceof SoapFault ? faultError(error, 'a question', 'The server') : error

async function* read(
  settings: VcenterSettings,
  tools: SourceTools,
  signal: AbortSignal,
): AsyncGenerator<Page, Verdict> {
  signal.throwIfAborted()
  const session = await openSession(settings, tools, signal)
  try {
    return yield* readInventory(session, settings, tools, signal)
  } catch (error) {
    throw asAppError(error)
  } finally {
    await session.close()
  }
}

/** VMware vCenter, or one ESXi host: clusters, hosts, virtual machines and datastores, read over its SOAP interface. */
export const vcenterSource = sourceType({
  type: 'vcenter',
  system: 'vcenter',
  title: 'VMware vCenter',
  summary:
    'Clusters, hosts, virtual machines with their disks, cards, addresses and snapshots, and datastores, of a vCenter or an ESXi host.',
  settings: vcenterSettings,
  provesAbsence: true,
  open: (settings, tools): Source => ({
    async test(signal) {
      const session = await openSession(settings, tools, signal)
      try {
        return await tryOut(session, settings, tools, signal)
      } catch (error) {
        throw asAppError(error)
      } finally {
        await session.close()
      }
    },
    read: (signal) => read(settings, tools, signal),
  }),
})
