import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import type { DeviceRelationship } from '../inventory-types.ts'

export type RelationType = DeviceRelationship['type']

/** One line of a connection, with its port at either end. */
export interface Line {
  parentPort?: string
  childPort?: string
  protocols: string[]
  vlan?: number
}

/** How old the knowledge of a source is. */
export interface Freshness {
  source: string
  completeAt: string | null
  status: string | null
}

export interface GraphAnswer {
  nodes: {
    id: number
    name: string
    type: DeviceItem['deviceType']
    status: DeviceItem['status']
    site: string | null
    address: string | null
  }[]
  edges: {
    id: number
    parent: number
    child: number
    type: RelationType
    lines: Line[]
    source: string
  }[]
  total: number
  truncated: boolean
  sources: Freshness[]
}

export interface Place {
  kind: 'device' | 'volume'
  id: number
  name: string
  type: string
  status: string
}

export interface PathStep {
  from: Place
  to: Place
  type: RelationType | 'owns' | 'uses' | 'cut_from' | 'lies_on'
  text: string
  source: string | null
  metadata: Record<string, unknown>
}

export interface PathAnswer {
  connected: boolean
  reason: string | null
  steps: PathStep[]
  sources: Freshness[]
}
