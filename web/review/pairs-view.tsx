import { useMemo, useState } from 'react'
import { CircleCheck, Keyboard } from 'lucide-react'
import type { Review } from '#features/identity/review-shapes.ts'
import { counted } from '../format.ts'
import { chooseKeys, moveKeys } from '../list/move-keys.ts'
import { targets } from '../list/selection.ts'
import { useKeys } from '../list/use-keys.ts'
import { useSelection } from '../list/use-selection.ts'
import { usePaged } from '../paged.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { KeysHelp } from './keys-help.tsx'
import { PairDetail } from './pair-detail.tsx'
import { PairList } from './pair-list.tsx'
import { decisionWords, type Decision } from './review-words.ts'
import { useDecide } from './use-decide.ts'

const many: readonly Decision[] = ['merge', 'apart', 'split']

interface PairsViewProps {
  q: string | undefined
  kind: string | undefined
  mayDecide: boolean
  onSearch(): void
}

/** The queue of pairs at the left, the one in question at the right, what was done below. */
export function PairsView({ q, kind, mayDecide, onSearch }: PairsViewProps) {
  const listing = usePaged<Review>('reviews', '/reviews', { q, kind })
  const deciding = useDecide()
  const [help, setHelp] = useState(false)
  const { items } = listing
  const reviews = useMemo(
    () => (items ?? []).filter(({ id }) => !deciding.gone.has(id)),
    [items, deciding.gone],
  )
  const waiting = (listing.total ?? reviews.length) - ((items ?? []).length - reviews.length)
  const choice = useSelection(reviews, `${kind ?? ''} ${q ?? ''}`)
  const current = reviews.find(({ id }) => id === choice.selection.cursor) ?? reviews[0]
  const chosen = targets(choice.selection)
  const meant = reviews.filter(({ id }) => (chosen.length > 0 ? chosen.includes(id) : id === current?.id))
  const decide = (decision: Decision) => {
    choice.chooseAll(false)
    void deciding.decide(meant, decision)
  }
  useKeys({
    ...moveKeys(choice, reviews.length),
    ...(mayDecide
      ? {
          ...chooseKeys(choice),
          ...Object.fromEntries(many.map((each) => [decisionWords[each].key, () => decide(each)])),
          u: () => void deciding.undo(),
          'mod+z': () => void deciding.undo(),
        }
      : {}),
    '/': onSearch,
    '?': () => setHelp(true),
  })
  return (
    <div className="flex min-h-0 grow flex-col overflow-hidden rounded-lg border bg-surface">
      <div className="flex min-h-0 grow flex-col lg:flex-row">
        {items === undefined ? (
          <div className="grow">
            {listing.isError ? (
              <ErrorState error={listing.error} onRetry={() => void listing.refetch()} />
            ) : (
              <Skeleton lines={8} />
            )}
          </div>
        ) : current === undefined ? (
          <div className="grow">
            <EmptyState icon={CircleCheck} title="Nothing is in doubt">
              Pairs of records that may be one machine, or may not, wait here for a person.
            </EmptyState>
          </div>
        ) : (
          <>
            <div className="max-h-[38%] shrink-0 overflow-y-auto border-b lg:max-h-none lg:w-80 lg:border-r lg:border-b-0">
              <PairList reviews={reviews} choice={choice} mayDecide={mayDecide} />
              {listing.hasNextPage ? (
                <div className="p-2 text-center">
                  <Button
                    look="quiet"
                    busy={listing.isFetchingNextPage}
                    onClick={() => void listing.fetchNextPage()}
                  >
                    Show more
                  </Button>
                </div>
              ) : null}
            </div>
            <div className="min-w-0 grow overflow-y-auto">
              <PairDetail
                key={current.id}
                review={current}
                mayDecide={mayDecide}
                onDecide={(decision) => void deciding.decide([current], decision)}
              />
            </div>
          </>
        )}
      </div>
      <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-t bg-sunken px-3 py-1.5">
        <span className="text-sm text-muted">
          {choice.selection.chosen.size > 0
            ? `${counted(choice.selection.chosen.size, 'pair')} selected`
            : counted(waiting, 'pair')}
        </span>
        {mayDecide && choice.selection.chosen.size > 0
          ? many.map((each) => (
              <Button key={each} onClick={() => decide(each)}>
                {decisionWords[each].verb}
              </Button>
            ))
          : null}
        <output className="min-w-0 grow truncate text-sm">{deciding.said}</output>
        {deciding.last && mayDecide ? (
          <Button look="quiet" onClick={() => void deciding.undo()} title="u">
            Undo
          </Button>
        ) : null}
        <IconButton label="Keys (?)" icon={Keyboard} onClick={() => setHelp(true)} />
      </div>
      {help ? <KeysHelp onClose={() => setHelp(false)} /> : null}
    </div>
  )
}
