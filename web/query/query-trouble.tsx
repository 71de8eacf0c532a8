import { CircleAlert } from 'lucide-react'
import { partsAround, type QueryComplaint } from './query-complaint.ts'

interface QueryMarksProps {
  text: string
  complaint: QueryComplaint
  /** How far the text field is scrolled. */
  scrolled: number
}

/** Lies above the text field, letter on letter, and underlines what is wrong. */
export function QueryMarks({ text, complaint, scrolled }: QueryMarksProps) {
  const [before, wrong, after] = partsAround(text, complaint)
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute inset-y-px right-8 left-8 overflow-hidden font-mono text-xs leading-[1.875rem] whitespace-pre text-transparent"
    >
      <span className="inline-block" style={{ transform: `translateX(${-scrolled}px)` }}>
        {before}
        <span className="underline decoration-bad decoration-wavy decoration-1 underline-offset-3">
          {wrong}
        </span>
        {after}
      </span>
    </div>
  )
}

/** The list of all fields helps nobody in one line. */
const longest = 140

interface QueryTroubleProps {
  id: string
  complaint: QueryComplaint
  onCorrect(): void
}

/** What is wrong in one sentence, what was expected, and the way to put it right. */
export function QueryTrouble({ id, complaint, onCorrect }: QueryTroubleProps) {
  const { sentence, expected, suggestion, start } = complaint
  return (
    <div
      id={id}
      role="alert"
      className="mt-1.5 flex min-h-8 flex-wrap items-center gap-x-2 gap-y-1 rounded-md bg-bad-soft px-3 py-1 text-bad"
    >
      <CircleAlert size={14} className="shrink-0" aria-hidden />
      <span className="font-medium">{sentence}</span>
      <span className="text-xs">
        at character {start + 1}
        {expected && expected.length <= longest ? ` · expected ${expected}` : ''}
      </span>
      {suggestion === undefined ? null : (
        <button
          type="button"
          onClick={onCorrect}
          className="ml-auto rounded border border-bad/40 px-2 text-xs leading-5 hover:bg-surface"
        >
          Use <code className="font-mono font-medium">{suggestion}</code>
        </button>
      )}
    </div>
  )
}
