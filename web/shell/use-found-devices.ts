import { useEffect, useState } from 'react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { api, type Page } from '../api.ts'

const most = 8
const none: readonly DeviceItem[] = []

interface FoundDevices {
  devices: readonly DeviceItem[]
  /** Whether these are for the text as it is now. */
  areKnown: boolean
}

/** The devices that a text finds, once it has stayed the same for a moment; a text that is no query finds none. */
export function useFoundDevices(text: string): FoundDevices {
  const q = text.trim()
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setAsked(q), 120)
    return () => clearTimeout(timer)
  }, [q])
  const answer = useQuery({
    queryKey: ['devices', 'found', asked],
    queryFn: ({ signal }) => api.get<Page<DeviceItem>>('/devices', { q: asked, limit: most }, signal),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    retry: false,
  })
  if (q === '') return { devices: none, areKnown: true }
  const areKnown = asked === q && !answer.isPending && !answer.isPlaceholderData
  if (asked === '' || answer.isError) return { devices: none, areKnown }
  return { devices: answer.data?.items ?? none, areKnown }
}
