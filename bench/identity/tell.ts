import type { ReportedRecord } from '#model/record.ts'
import type { CaseName } from './cases.ts'
import type { Machine, Telling } from './machine.ts'
import { Random } from './random.ts'
import type { Seen } from './seen.ts'
import { tellByHand } from './tell-by-hand.ts'
import { tellFromInside } from './tell-from-inside.ts'
import { tellHypervisor } from './tell-hypervisor.ts'
import { tellNetwork } from './tell-network.ts'
import { tellSighting } from './tell-sighting.ts'

/** The record that a source gives of a machine, and the hard cases that it shows. */
export function tell(
  seed: number,
  machine: Machine,
  telling: Telling,
): { record: ReportedRecord; cases: CaseName[] } {
  const noted = new Set([...machine.cases, ...(telling.cases ?? [])])
  const seen: Seen = {
    machine,
    telling,
    view: { ...machine, ...telling.twist },
    random: new Random(`${seed} ${machine.id} ${telling.system} ${telling.source} ${telling.card ?? ''}`),
    note: (name) => noted.add(name),
  }
  const record = recordOf(seen)
  return { record, cases: [...noted] }
}

function recordOf(seen: Seen): ReportedRecord {
  if (seen.telling.kind === 'sighting') return tellSighting(seen)
  switch (seen.telling.system) {
    case 'vcenter':
    case 'proxmox':
      return tellHypervisor(seen)
    case 'foreman':
    case 'puppet':
    case 'tailscale':
      return tellFromInside(seen)
    case 'netbox':
    case 'csv':
      return tellByHand(seen)
    default:
      return tellNetwork(seen)
  }
}
