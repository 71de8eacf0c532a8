import { useId, useState } from 'react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ArrowRight, MessageSquareText, PencilLine, Sparkles } from 'lucide-react'
import type { Understanding } from '#features/words/word-shapes.ts'
import { api } from '../api.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { inputClass } from '../ui/field.tsx'
import { Panel } from '../ui/page.tsx'
import type { Proposal } from './use-new-job.ts'
import { useSettled } from './use-settled.ts'

interface WordsFieldProps {
  initial: string
  busy: boolean
  onPreview(proposal: Proposal, words: string): void
  onTakeUp(proposal: Proposal, words: string): void
}

const examples = ['tag patched on all servers', 'set site=Graz on type:vm', 'export active VMs as ansible']

/** One field for what should be done, and what was understood of it while one types. */
export function WordsField({ initial, busy, onPreview, onTakeUp }: WordsFieldProps) {
  const id = useId()
  const [text, setText] = useState(initial)
  const asked = useSettled(text.trim(), 350)
  const answer = useQuery({
    queryKey: ['job-words', asked],
    queryFn: () => api.post<Understanding>('/jobs/propose', { text: asked }),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  })
  const isCurrent = asked === text.trim() && !answer.isPlaceholderData && !answer.isFetching
  const understanding = asked === '' || text.trim() === '' ? undefined : answer.data
  const proposal = understanding?.proposal
  const ask = () => {
    if (isCurrent && proposal && understanding.understood) onPreview(proposal, asked)
  }
  return (
    <Panel title="Say it in words">
      <form
        className="flex flex-col gap-2 px-4 py-3"
        onSubmit={(event) => {
          event.preventDefault()
          ask()
        }}
      >
        <div className="relative">
          <MessageSquareText size={16} className="absolute top-2.75 left-3 text-muted" aria-hidden />
          <input
            aria-label="What should be done"
            aria-describedby={`${id}-understood`}
            placeholder="tag patched on all servers"
            autoComplete="off"
            spellCheck={false}
            maxLength={2000}
            className={`${inputClass} h-10 pl-9 text-base`}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <div id={`${id}-understood`} aria-live="polite" className="flex min-h-8 flex-col gap-2">
          {answer.isError && asked !== '' ? (
            <ErrorLine error={answer.error} />
          ) : understanding ? (
            <Understood understanding={understanding} isCurrent={isCurrent} onText={setText} />
          ) : (
            <Examples onText={setText} />
          )}
        </div>
        {understanding && proposal ? (
          <div className="flex flex-wrap gap-2">
            {understanding.understood ? (
              <Button type="submit" look="primary" icon={ArrowRight} busy={busy} disabled={!isCurrent}>
                Preview this
              </Button>
            ) : null}
            <Button icon={PencilLine} disabled={!isCurrent} onClick={() => onTakeUp(proposal, asked)}>
              Change details
            </Button>
          </div>
        ) : null}
      </form>
    </Panel>
  )
}

interface UnderstoodProps {
  understanding: Understanding
  isCurrent: boolean
  onText(text: string): void
}

function Understood({ understanding, isCurrent, onText }: UnderstoodProps) {
  const { sentence, understood, by, questions, query } = understanding
  return (
    <div className={`flex flex-col gap-2 ${isCurrent ? '' : 'opacity-60'}`}>
      {sentence === '' ? null : (
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{sentence}</span>
          {by === 'model' ? (
            <Badge tone="accent">
              <Sparkles size={11} aria-hidden /> by the language model
            </Badge>
          ) : null}
        </p>
      )}
      {query === null || query === '' ? null : (
        <p className="text-xs text-muted">
          Query: <code className="font-mono">{query}</code>
        </p>
      )}
      {!understood && questions.length === 0 ? (
        <p className="text-muted">
          This was not understood. Say what to do and to which devices, or fill in the form below.
        </p>
      ) : null}
      {questions.map(({ text, choices }) => (
        <div key={text} className="flex flex-wrap items-center gap-2">
          <span>{text}</span>
          {choices.map((choice) => (
            <Button key={choice} onClick={() => onText(choice)}>
              {choice}
            </Button>
          ))}
        </div>
      ))}
    </div>
  )
}

function Examples({ onText }: { onText(text: string): void }) {
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-muted">
      Such as
      {examples.map((example) => (
        <button
          key={example}
          type="button"
          onClick={() => onText(example)}
          className="rounded border px-1.5 leading-6 hover:border-line-strong hover:text-ink"
        >
          {example}
        </button>
      ))}
    </p>
  )
}
