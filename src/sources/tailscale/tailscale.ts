import { AppError } from '#kernel/errors.ts'
import type { ReportedDevice } from '#model/record.ts'
import { counted } from '#sources/counted.ts'
import { sourceType } from '#sources/source.ts'
import type { Page, Source, SourceCheck, SourceTest, SourceTools, Verdict } from '#sources/source.ts'
import { tailscaleDevice } from '#sources/tailscale/answers.ts'
import { createTailscaleClient } from '#sources/tailscale/client.ts'
import { toDevice } from '#sources/tailscale/mapping.ts'
import { tailscaleSettings, type TailscaleSettings } from '#sources/tailscale/settings.ts'

const pageSize = 500

interface Tailnet {
  devices: ReportedDevice[]
  /** Entries that could not be understood. */
  unreadable: number
  withPosture: number
}

/** All devices come in one answer; there are no pages and no count to hold it against. */
async function readTailnet(
  settings: TailscaleSettings,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<Tailnet> {
  signal.throwIfAborted()
  const client = createTailscaleClient(settings, tools)
  try {
    const rows = await client.devices(signal)
    const now = tools.clock.now()
    const parsed = rows.flatMap((row) => tailscaleDevice.safeParse(row).data ?? [])
    const devices = parsed.flatMap((row) => toDevice(row, now) ?? [])
    const byId = new Map(devices.map((device) => [device.sourceId, device]))
    return {
      devices: [...byId.values()].toSorted((left, right) => (left.sourceId < right.sourceId ? -1 : 1)),
      unreadable: rows.length - devices.length,
      withPosture: parsed.filter((row) => (row.postureIdentity?.serialNumbers.length ?? 0) > 0).length,
    }
  } finally {
    await client.close()
  }
}

async function* read(
  settings: TailscaleSettings,
  tools: SourceTools,
  signal: AbortSignal,
): AsyncGenerator<Page, Verdict> {
  const { devices, unreadable } = await readTailnet(settings, tools, signal)
  for (let start = 0; start < devices.length; start += pageSize)
    yield { records: devices.slice(start, start + pageSize), total: devices.length }
  if (unreadable === 0) return { complete: true }
  return { complete: false, reason: `${unreadable} devices of the tailnet could not be understood` }
}

async function tryOut(
  settings: TailscaleSettings,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<SourceTest> {
  const { devices, unreadable, withPosture } = await readTailnet(settings, tools, signal).catch(
    (error: unknown) => {
      throw withScopeHint(error)
    },
  )
  const checks: SourceCheck[] = [
    {
      name: 'Read devices',
      result: unreadable > 0 ? 'limited' : 'ok',
      detail:
        unreadable > 0
          ? `${counted(devices.length, 'device')}; ${unreadable} could not be understood`
          : counted(devices.length, 'device'),
    },
    withPosture > 0
      ? {
          name: 'Read serial numbers',
          result: 'ok',
          detail: `Serial and MAC addresses of ${counted(withPosture, 'device')}`,
        }
      : {
          name: 'Read serial numbers',
          result: 'limited',
          detail:
            'No device tells its serial number, so devices are joined to others by name and address only',
          fix: 'Turn on device posture identity collection in the admin console, if the plan has it.',
        },
  ]
  if (settings.token === undefined)
    checks.push({
      name: 'Read shared devices',
      result: 'limited',
      detail: 'An OAuth client is not shown devices that others share into the tailnet',
      fix: 'Only where they are wanted: use an API access token.',
    })
  const warnings = checks.filter(({ result }) => result !== 'ok').map(({ detail }) => detail)
  return { message: `Tailscale answered with ${counted(devices.length, 'device')}.`, warnings, checks }
}

/** A client without the scope is refused with 403. */
function withScopeHint(error: unknown): unknown {
  if (!(error instanceof AppError && error.code === 'SOURCE_FORBIDDEN')) return error
  return new AppError(error.code, error.message, {
    hint: 'Give the OAuth client the scope devices:core:read.',
    cause: error,
  })
}

/** Tailscale: the devices of a tailnet, with their addresses in it, routes, and what their posture tells. */
export const tailscaleSource = sourceType({
  type: 'tailscale',
  system: 'tailscale',
  title: 'Tailscale',
  summary: 'The devices of a tailnet: addresses, operating systems, routes, serial numbers where collected.',
  settings: tailscaleSettings,
  provesAbsence: true,
  open: (settings, tools): Source => ({
    test: (signal) => tryOut(settings, tools, signal),
    read: (signal) => read(settings, tools, signal),
  }),
})
