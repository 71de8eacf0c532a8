import { useState } from 'react'
import { counted } from '../format.ts'
import { targets } from '../list/selection.ts'
import { sayFailed } from '../ui/toaster.tsx'
import type { Review } from './review.ts'
import type { HostList } from './use-host-list.ts'
import { hostsOf, type Reviewing } from './use-review.ts'

export type Question = 'classify' | 'note'

/** What is done with the chosen hosts, one thing at a time. */
export function useHostWork(
  { q, status, listing, hosts, choice }: HostList,
  { review, undo, last, said }: Reviewing,
  mayReview: boolean,
) {
  const [question, setQuestion] = useState<Question | null>(null)
  const [busy, setBusy] = useState(false)
  const chosen = new Set(targets(choice.selection))
  const subjects = hosts.filter(({ id }) => chosen.has(id))
  const only = subjects.length === 1 ? subjects[0] : undefined
  const decide = async (decided: Review) => {
    setQuestion(null)
    if (!mayReview || busy) return
    setBusy(choice.everything)
    try {
      await review(choice.everything ? await hostsOf({ q, status }) : subjects, decided)
    } catch (error) {
      sayFailed(error)
    } finally {
      setBusy(false)
    }
  }
  return {
    busy,
    last,
    said,
    undo,
    decide,
    question,
    /** Asks what the decision is to be, where there is something to decide about. */
    ask: (what: Question) => setQuestion(mayReview && subjects.length > 0 ? what : null),
    close: () => setQuestion(null),
    /** The one host it is about; undefined for several. */
    only,
    subject: choice.everything
      ? counted(listing.total ?? subjects.length, 'host')
      : only
        ? (only.hostname ?? only.mac)
        : counted(subjects.length, 'host'),
  }
}

export type HostWork = ReturnType<typeof useHostWork>
