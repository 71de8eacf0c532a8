import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { api, type Page } from '../api.ts'

const askedAtOnce = 200

let waiting: Promise<Map<number, string>> | undefined
let wanted: number[] = []

/** The names of all devices that a page asks for in the same moment, in one question. */
function nameOf(id: number): Promise<string | null> {
  wanted.push(id)
  waiting ??= new Promise<void>((resolve) => setTimeout(resolve, 20)).then(() => {
    const ids = wanted
    wanted = []
    waiting = undefined
    return namesOf(ids)
  })
  return waiting.then((names) => names.get(id) ?? null)
}

async function namesOf(ids: readonly number[]): Promise<Map<number, string>> {
  const names = new Map<number, string>()
  for (let start = 0; start < ids.length; start += askedAtOnce) {
    const q = ids
      .slice(start, start + askedAtOnce)
      .map((id) => `id:${id}`)
      .join(' or ')
    const { items } = await api.get<Page<DeviceItem>>('/devices', { q, limit: askedAtOnce })
    for (const { id, name } of items) names.set(id, name)
  }
  return names
}

/** Another device that a change names by its number: by its name, where one may see it. */
export function DeviceName({ id }: { id: number }) {
  const { data } = useQuery({
    queryKey: ['device-name', id],
    queryFn: () => nameOf(id),
    staleTime: 300_000,
    retry: false,
  })
  if (!data) return <>{`device ${id}`}</>
  return (
    <Link to="/devices/$id" params={{ id: String(id) }} className="hover:text-accent hover:underline">
      {data}
    </Link>
  )
}
