import { useEffect, useRef } from 'react'
import type { Review } from '#features/identity/review-shapes.ts'
import type { useSelection } from '../list/use-selection.ts'
import { Badge } from '../ui/badge.tsx'
import { classNames } from '../ui/class-names.ts'
import { kindNames, kindTones, pairName, percent } from './review-words.ts'

interface PairListProps {
  reviews: readonly Review[]
  choice: ReturnType<typeof useSelection<number>>
  mayDecide: boolean
}

/** The pairs that wait, the likeliest first. */
export function PairList({ reviews, choice, mayDecide }: PairListProps) {
  const { cursor, chosen } = choice.selection
  return (
    <ul aria-label="Pairs in doubt" className="divide-y">
      {reviews.map((review) => (
        <PairItem
          key={review.id}
          review={review}
          isCurrent={review.id === cursor}
          isChosen={chosen.has(review.id)}
          choice={choice}
          mayDecide={mayDecide}
        />
      ))}
    </ul>
  )
}

interface PairItemProps extends Pick<PairListProps, 'choice' | 'mayDecide'> {
  review: Review
  isCurrent: boolean
  isChosen: boolean
}

function PairItem({ review, isCurrent, isChosen, choice, mayDecide }: PairItemProps) {
  const item = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (isCurrent) item.current?.scrollIntoView({ block: 'nearest' })
  }, [isCurrent])
  const { id, kind, score, left, right } = review
  return (
    <li
      ref={item}
      aria-current={isCurrent ? 'true' : undefined}
      className={classNames(
        'flex items-start gap-2 border-l-2 px-3 py-2',
        isCurrent ? 'border-l-accent bg-accent-soft' : 'border-l-transparent',
        isChosen && !isCurrent && 'bg-sunken',
      )}
    >
      {mayDecide ? (
        <input
          type="checkbox"
          className="mt-0.5"
          aria-label={`Select ${pairName(review)}`}
          checked={isChosen}
          onChange={() => undefined}
          onClick={(event) => choice.onToggle(id, event)}
        />
      ) : null}
      <button
        type="button"
        className="flex min-w-0 grow flex-col gap-0.5 text-left"
        onClick={(event) => choice.onPress(id, event)}
      >
        <span className="flex items-baseline gap-2">
          <span className="min-w-0 truncate font-medium">{left.name}</span>
          <span className="ml-auto text-xs text-muted">{percent(score)}</span>
        </span>
        <span className="min-w-0 truncate font-medium">{right.name}</span>
        <span className="flex flex-wrap items-center gap-1.5 text-xs text-muted">
          <Badge tone={kindTones[kind]}>{kindNames[kind]}</Badge>
          {left.source} · {right.source}
        </span>
      </button>
    </li>
  )
}
