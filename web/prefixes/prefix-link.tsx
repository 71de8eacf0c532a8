import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'

interface PrefixLinkProps {
  /** A prefix, or an address with its length: that shows the address in its prefix. */
  prefix: string
  vrf?: string | undefined
  className?: string | undefined
  children?: ReactNode
}

/** A prefix as the address of its page has it. */
export function prefixParams(prefix: string): { address: string; length: string } {
  const [address = '', length = ''] = prefix.split('/')
  return { address, length }
}

/** Leads to the page of a prefix. */
export function PrefixLink({ prefix, vrf, className, children }: PrefixLinkProps) {
  return (
    <Link
      to="/prefixes/$address/$length"
      params={prefixParams(prefix)}
      search={vrf ? { vrf } : {}}
      className={className ?? 'hover:text-accent hover:underline'}
    >
      {children ?? prefix}
    </Link>
  )
}

/** An address of a device, which leads to where it lies. */
export function AddressLink({ address, vrf }: { address: string; vrf?: string | undefined }) {
  const [, length] = address.split('/')
  const isAlone = length === undefined || length === '32' || length === '128'
  if (!isAlone) return <PrefixLink prefix={address} vrf={vrf} />
  return (
    <Link to="/prefixes" search={{ q: address.split('/')[0]! }} className="hover:text-accent hover:underline">
      {address}
    </Link>
  )
}
