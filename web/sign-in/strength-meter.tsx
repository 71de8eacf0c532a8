import { classNames } from '../ui/class-names.ts'
import type { Strength } from './password-strength.ts'

const tones = ['bg-line-strong', 'bg-bad', 'bg-warn', 'bg-good', 'bg-good'] as const

/** Says while one types how good a new password is. */
export function StrengthMeter({ strength }: { strength: Strength }) {
  return (
    <div className="-mt-1.5 flex items-center gap-2">
      <div className="flex w-24 gap-1" aria-hidden>
        {[1, 2, 3, 4].map((step) => (
          <span
            key={step}
            className={classNames(
              'h-1 grow rounded-full transition-colors',
              step <= strength.score ? tones[strength.score] : 'bg-line',
            )}
          />
        ))}
      </div>
      <output className="text-xs text-muted">
        <span className="sr-only">Password: </span>
        {strength.word}
        {strength.advice ? `. ${strength.advice}` : ''}
      </output>
    </div>
  )
}
