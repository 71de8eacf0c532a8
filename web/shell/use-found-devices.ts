import { useEffect, useState } from 'react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { api, type Page } from '../api.ts'

const most = 8
const none: readonly DeviceItem[] = []

/** The devices that a text finds, once it has stayed the same for a moment; a text that is no query finds none. */
export function useFoundDevices(text: string): readonly DeviceItem[] {
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), 120)
    return () => clearTimeout(timer)
  }, [text])
  const answer = useQuery({
    queryKey: ['devices', 'found', asked],
    queryFn: ({ signal }) => api.get<Page<DeviceItem>>('/devices', { q: asked, limit: most }, signal),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    retry: false,
  })
  if (text.trim() === '' || asked === '' || answer.isError) return none
  return answer.data?.items ?? none
}
