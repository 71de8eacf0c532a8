import { useRef, useState } from 'react'
import { useQueryClient, type InfiniteData } from '@tanstack/react-query'
import type { Host } from '#features/hosts/host-shapes.ts'
import { api, type Page } from '../api.ts'
import { counted } from '../format.ts'
import { sayFailed } from '../ui/toaster.tsx'
import { changes, mayReview, reviewed, sentenceOf, undoSteps } from './review.ts'
import type { DoneReview, Review, ReviewStep } from './review.ts'

const atOnce = 1_000

/** Everything that matches, so that exactly what was counted is reviewed and can be taken back. */
export async function hostsOf(query: {
  q?: string | undefined
  status?: string | undefined
}): Promise<Host[]> {
  const hosts: Host[] = []
  let cursor: string | null | undefined
  do {
    const page: Page<Host> = await api.get<Page<Host>>('/hosts', { ...query, limit: atOnce, cursor })
    hosts.push(...page.items)
    cursor = page.nextCursor
  } while (cursor)
  return hosts
}

const nameOf = (hosts: readonly Host[]): string =>
  hosts.length === 1 ? (hosts[0]!.hostname ?? hosts[0]!.mac) : counted(hosts.length, 'host')

async function send(steps: readonly ReviewStep[]): Promise<void> {
  for (const { ids, ...review } of steps) {
    for (let start = 0; start < ids.length; start += atOnce)
      await api.post('/hosts/review', { ids: ids.slice(start, start + atOnce), ...review })
  }
}

/** Reviews hosts: the list shows it at once, a failure puts it back, and the last few can be taken back. */
export function useReview() {
  const client = useQueryClient()
  const [done, setDone] = useState<DoneReview[]>([])
  const [said, setSaid] = useState('')
  const underWay = useRef(0)

  const show = (steps: readonly ReviewStep[]) => {
    for (const { ids, ...review } of steps) {
      const named = new Set(ids)
      client.setQueriesData<InfiniteData<Page<Host>>>(
        { queryKey: ['hosts', 'pages'] },
        (data) =>
          data && {
            ...data,
            pages: data.pages.map((page) => ({ ...page, items: reviewed(page.items, named, review) })),
          },
      )
    }
  }
  const perform = async (steps: readonly ReviewStep[], back: readonly ReviewStep[]): Promise<boolean> => {
    underWay.current += 1
    try {
      await client.cancelQueries({ queryKey: ['hosts', 'pages'] })
      show(steps)
      await send(steps)
      return true
    } catch (error) {
      show(back)
      void client.invalidateQueries({ queryKey: ['hosts', 'pages'] })
      sayFailed(error)
      return false
    } finally {
      underWay.current -= 1
      if (underWay.current === 0) void client.invalidateQueries({ queryKey: ['hosts', 'count'] })
    }
  }
  const review = async (hosts: readonly Host[], decided: Review) => {
    const touched = hosts.filter((host) => mayReview(host) && changes(host, decided))
    if (touched.length === 0) {
      return setSaid(
        hosts.every(mayReview) ? 'Nothing to change.' : 'Hosts in NetBox are not reviewed again.',
      )
    }
    const undo = undoSteps(touched, decided)
    const entry = { sentence: sentenceOf(decided, nameOf(touched)), undo }
    setDone((before) => [entry, ...before].slice(0, 20))
    setSaid(`${entry.sentence}.`)
    const went = await perform([{ ids: touched.map(({ id }) => id), ...decided }], undo)
    if (went) return
    setDone((before) => before.filter((each) => each !== entry))
    setSaid('That did not work; everything is as it was.')
  }
  const takeBack = async () => {
    const [last, ...rest] = done
    if (!last) return
    setDone(rest)
    setSaid(`Taken back: ${last.sentence}.`)
    if (!(await perform(last.undo, []))) setDone((before) => [last, ...before])
  }
  return { review, undo: takeBack, last: done[0], said }
}
