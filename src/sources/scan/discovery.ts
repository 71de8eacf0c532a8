import type { IpAddress } from '#model/ip-address.ts'
import type { Finding } from '#sources/scan/findings.ts'

/** What a scan found, growing while it runs. */
export interface Discovery {
  findings: Map<IpAddress, Finding>
  warnings: string[]
  /** Why it proves less than it should, one part of a sentence each. */
  shortcomings: string[]
}

export const emptyDiscovery = (): Discovery => ({ findings: new Map(), warnings: [], shortcomings: [] })
