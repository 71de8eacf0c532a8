import type { MouseEvent, ReactNode } from 'react'
import { useNavigate } from '@tanstack/react-router'

/** A link to an address of our own pages that the server wrote. */
export function OwnLink({ href, children }: { href: string; children: ReactNode }) {
  const navigate = useNavigate()
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    void navigate({ href })
  }
  return (
    <a href={href} onClick={follow} className="hover:text-accent hover:underline">
      {children}
    </a>
  )
}
