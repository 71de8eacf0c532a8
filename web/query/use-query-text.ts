import { useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import { steppedThrough, taken, type Candidate } from './completion.ts'
import { useCompletion } from './use-completion.ts'

interface QueryTextOptions {
  subject: 'device' | 'host' | 'server'
  q: string
  input: RefObject<HTMLInputElement | null>
  onQuery(q: string): void
  onText?: ((text: string) => void) | undefined
}

/** The text of a query while it is written, and what it can be completed with. */
export function useQueryText({ subject, q, input, onQuery, onText }: QueryTextOptions) {
  const [shownFor, setShownFor] = useState(q)
  const [text, setText] = useState(q)
  const [position, setPosition] = useState(q.length)
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const jump = useRef<number>(undefined)
  // Another query came from outside: a saved view, the way back.
  if (shownFor !== q) {
    setShownFor(q)
    setText(q)
  }
  const { completion, fresh } = useCompletion(subject, text, position, open)
  const candidates = completion?.candidates ?? []
  useLayoutEffect(() => {
    if (jump.current !== undefined) input.current?.setSelectionRange(jump.current, jump.current)
    jump.current = undefined
  }, [text, input])

  const write = (next: string, at: number) => {
    setText(next)
    onText?.(next)
    setPosition(at)
    setOpen(true)
    setActive(-1)
  }
  const close = () => {
    setOpen(false)
    setActive(-1)
  }
  const submit = (next: string) => {
    close()
    setText(next)
    onQuery(next.trim())
  }
  const take = (candidate: Candidate) => {
    // What was offered for an older text may not fit into this one.
    if (!completion || !fresh) return
    const next = taken(text, completion, candidate)
    jump.current = next.position
    write(next.text, next.position)
  }
  const step = (event: KeyboardEvent, steps: number) => {
    event.preventDefault()
    if (open) setActive(steppedThrough(active, steps, candidates.length))
    else setOpen(true)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const { key } = event
    const chosen = candidates[active]
    if (key === 'ArrowDown') step(event, 1)
    else if (key === 'ArrowUp') step(event, -1)
    else if (key === ' ' && event.ctrlKey) step(event, 0)
    else if (key === 'Escape' && candidates.length > 0) close()
    else if (key === 'Escape') event.currentTarget.blur()
    else if (key === 'Enter' && chosen) {
      event.preventDefault()
      take(chosen)
    } else if (key === 'Tab' && !event.shiftKey && candidates.length > 0 && (chosen || text !== '')) {
      event.preventDefault()
      take(chosen ?? candidates[0]!)
    }
  }
  const handlers = {
    onKeyDown,
    onChange: (event: { target: HTMLInputElement }) =>
      write(event.target.value, event.target.selectionStart ?? event.target.value.length),
    onSelect: (event: { currentTarget: HTMLInputElement }) =>
      setPosition(event.currentTarget.selectionStart ?? text.length),
    onFocus: () => setOpen(text === ''),
    onBlur: close,
  }
  return { text, candidates, active, submit, take, handlers }
}
