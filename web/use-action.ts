import { useState } from 'react'

/** Runs something once at a time and keeps the error it ended with. */
export function useAction<Arguments extends unknown[]>(work: (...given: Arguments) => Promise<unknown>) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const run = async (...given: Arguments) => {
    setBusy(true)
    setError(undefined)
    try {
      await work(...given)
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }
  return { run, busy, error }
}
