import { useRef, useState } from 'react'
import { useQueryClient, type InfiniteData } from '@tanstack/react-query'
import type { Host } from '#features/hosts/host-shapes.ts'
import { api, type Page } from '../api.ts'
import { counted } from '../format.ts'
import { sayFailed } from '../ui/toaster.tsx'
import { afterSteps, changes, mayReview, sentenceOf, undoSteps } from './review.ts'
import type { DoneReview, Review, ReviewStep } from './review.ts'
import { reviewQueue } from './review-queue.ts'

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

const cached = ['hosts', 'pages'] as const

/**
 * Reviews hosts. Every list shows what is under way at once, in the very key press, so that the next key is for what
 * one then sees; the server is told one thing after the other, and the last few can be taken back.
 */
export function useReview() {
  const client = useQueryClient()
  const [done, setDone] = useState<DoneReview[]>([])
  const [said, setSaid] = useState('')
  const [underWay, setUnderWay] = useState<readonly ReviewStep[]>([])
  const [queue] = useState(() => reviewQueue(send, window))
  const waiting = useRef(0)

  const tellServer = async (steps: readonly ReviewStep[]): Promise<void> => {
    await queue.add(steps)
    await client.cancelQueries({ queryKey: cached })
    client.setQueriesData<InfiniteData<Page<Host>>>(
      { queryKey: cached },
      (data) =>
        data && {
          ...data,
          pages: data.pages.map((page) => ({ ...page, items: afterSteps(page.items, steps) })),
        },
    )
  }
  const perform = async (steps: readonly ReviewStep[]): Promise<boolean> => {
    setUnderWay((before) => [...before, ...steps])
    waiting.current += 1
    try {
      await tellServer(steps)
      return true
    } catch (error) {
      void client.invalidateQueries({ queryKey: cached })
      sayFailed(error)
      return false
    } finally {
      setUnderWay((before) => before.filter((step) => !steps.includes(step)))
      waiting.current -= 1
      if (waiting.current === 0) void client.invalidateQueries({ queryKey: ['hosts', 'count'] })
    }
  }
  const review = async (hosts: readonly Host[], decided: Review) => {
    const touched = hosts.filter((host) => mayReview(host) && changes(host, decided))
    if (touched.length === 0) {
      return setSaid(
        hosts.every(mayReview) ? 'Nothing to change.' : 'Hosts in NetBox are not reviewed again.',
      )
    }
    const entry = { sentence: sentenceOf(decided, nameOf(touched)), undo: undoSteps(touched, decided) }
    setDone((before) => [entry, ...before].slice(0, 20))
    setSaid(`${entry.sentence}.`)
    if (await perform([{ ids: touched.map(({ id }) => id), ...decided }])) return
    setDone((before) => before.filter((each) => each !== entry))
    setSaid('That did not work; everything is as it was.')
  }
  const takeBack = async () => {
    const [last, ...rest] = done
    if (!last) return
    setDone(rest)
    setSaid(`Taken back: ${last.sentence}.`)
    if (!(await perform(last.undo))) setDone((before) => [last, ...before])
  }
  return { review, undo: takeBack, last: done[0], said, underWay }
}

export type Reviewing = ReturnType<typeof useReview>
