import { useEffect, useRef } from 'react'

interface ChooseAllBoxProps {
  label: string
  chosen: number
  shown: number
  onChooseAll(chosen: boolean): void
}

/** Chooses every row shown, or none; half-ticked for some. */
export function ChooseAllBox({ label, chosen, shown, onChooseAll }: ChooseAllBoxProps) {
  const box = useRef<HTMLInputElement>(null)
  const all = shown > 0 && chosen === shown
  const some = chosen > 0 && !all
  useEffect(() => {
    if (box.current) box.current.indeterminate = some
  }, [some])
  return (
    <input
      ref={box}
      type="checkbox"
      className="block size-3.5 accent-accent"
      aria-label={label}
      checked={all}
      onChange={(event) => onChooseAll(event.target.checked)}
    />
  )
}
