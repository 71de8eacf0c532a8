import { useRef, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { Review, ReviewOutcome } from '#features/identity/review-shapes.ts'
import { api } from '../api.ts'
import { counted } from '../format.ts'
import { sayFailed } from '../ui/toaster.tsx'
import { decisionWords, pairName, type Decision } from './review-words.ts'

interface Done {
  sentence: string
  ids: number[]
}

const nameOf = (reviews: readonly Review[]): string =>
  reviews.length === 1 ? pairName(reviews[0]!) : counted(reviews.length, 'pair')

/**
 * Decides pairs. They leave the list in the very key press, so that the next key is for what one then sees; the server
 * is told one thing after the other, and the last few can be taken back.
 */
export function useDecide() {
  const client = useQueryClient()
  const [gone, setGone] = useState<ReadonlySet<number>>(new Set())
  const [done, setDone] = useState<Done[]>([])
  const [said, setSaid] = useState('')
  const queue = useRef<Promise<unknown>>(Promise.resolve())

  const inTurn = <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    const turn = queue.current.then(work, work)
    queue.current = turn.catch(() => undefined)
    return turn
  }
  const back = (ids: readonly number[]) =>
    setGone((before) => new Set([...before].filter((id) => !ids.includes(id))))
  const readAgain = () => client.invalidateQueries({ queryKey: ['reviews'] })

  const decide = async (reviews: readonly Review[], decision: Decision): Promise<void> => {
    if (reviews.length === 0) return
    const ids = reviews.map(({ id }) => id)
    const entry = { sentence: `${nameOf(reviews)}: ${decisionWords[decision].done}`, ids }
    setGone((before) => new Set([...before, ...ids]))
    setDone((before) => [entry, ...before].slice(0, 20))
    setSaid(`${entry.sentence}.`)
    try {
      const { items } = await inTurn(() =>
        api.post<{ items: ReviewOutcome[] }>('/reviews/decide', { ids, decision }),
      )
      const refused = items.filter((item) => !item.done)
      if (refused.length > 0) {
        back(refused.map(({ id }) => id))
        sayFailed(new Error(refused[0]!.message ?? 'It could not be decided'))
        if (refused.length === ids.length) setDone((before) => before.filter((each) => each !== entry))
        setSaid(`${counted(refused.length, 'pair')} could not be decided.`)
      }
    } catch (error) {
      back(ids)
      setDone((before) => before.filter((each) => each !== entry))
      setSaid('That did not work; everything is as it was.')
      sayFailed(error)
    }
    await readAgain()
  }
  const undo = async (): Promise<void> => {
    const [last, ...rest] = done
    if (!last) return
    setDone(rest)
    setSaid(`Taken back: ${last.sentence}.`)
    try {
      await inTurn(() => api.post('/reviews/undo', { ids: last.ids }))
    } catch (error) {
      setDone((before) => [last, ...before])
      sayFailed(error)
    }
    await readAgain()
    back(last.ids)
  }
  return { decide, undo, gone, said, last: done[0] }
}
