import type { ForemanClient } from '#sources/foreman/client.ts'
import type { Surroundings } from '#sources/foreman/mapping.ts'
import type { ForemanSettings } from '#sources/foreman/settings.ts'

/** What one reading shares: whom to ask, and what was found wanting on the way. */
export interface Reading {
  client: ForemanClient
  settings: ForemanSettings
  around: Surroundings
  signal: AbortSignal
  /** Why this reading can't prove that something is gone. */
  gaps: Set<string>
  /** The right to see facts is missing: they are asked for no more. */
  isBlind: boolean
}

/** Only what the settings ask for, in an order that does not change between pages. */
export const scopeOf = ({ organizationId, locationId, search }: ForemanSettings) => ({
  organization_id: organizationId,
  location_id: locationId,
  search,
  order: 'id ASC',
})
