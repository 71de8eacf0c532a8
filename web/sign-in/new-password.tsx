import { useState } from 'react'
import { TextField } from '../ui/field.tsx'
import { passwordStrength, shortestPassword } from './password-strength.ts'
import { StrengthMeter } from './strength-meter.tsx'

/** A password that is chosen: what is typed, and whether it may be used. */
export function useNewPassword(known: readonly string[] = []) {
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const [tried, setTried] = useState(false)
  const strength = passwordStrength(password, known)
  return {
    password,
    setPassword,
    again,
    setAgain,
    strength,
    short: tried && strength.score === 0 ? `At least ${shortestPassword} characters.` : undefined,
    differs: tried && strength.score > 0 && again !== password ? 'The two are not the same.' : undefined,
    /** Says what is wrong from now on; true when nothing is. */
    check: () => {
      setTried(true)
      return strength.score > 0 && again === password
    },
  }
}

/** Typed twice, so that a slip of the finger locks nobody out. */
export function NewPasswordFields({
  chosen,
  label = 'Password',
}: {
  chosen: ReturnType<typeof useNewPassword>
  label?: string
}) {
  return (
    <>
      <TextField
        label={label}
        type="password"
        autoComplete="new-password"
        aria-required
        value={chosen.password}
        error={chosen.short}
        onChange={(event) => chosen.setPassword(event.target.value)}
        hint={
          chosen.password === ''
            ? `At least ${shortestPassword} characters. A few words that only you put together are good.`
            : undefined
        }
      />
      {chosen.password === '' ? null : <StrengthMeter strength={chosen.strength} />}
      <TextField
        label={`${label} again`}
        type="password"
        autoComplete="new-password"
        aria-required
        value={chosen.again}
        error={chosen.differs}
        onChange={(event) => chosen.setAgain(event.target.value)}
      />
    </>
  )
}
