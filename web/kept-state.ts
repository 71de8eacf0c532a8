import { useCallback, useState } from 'react'

/** State that this browser remembers; the fallback where storage is forbidden or holds nonsense. */
export function useKeptState<Value>(name: string, fallback: Value): [Value, (value: Value) => void] {
  const key = `rollcall-${name}`
  const [value, setValue] = useState<Value>(() => read(key) ?? fallback)
  const keep = useCallback(
    (next: Value) => {
      setValue(next)
      write(key, next)
    },
    [key],
  )
  return [value, keep]
}

function read<Value>(key: string): Value | undefined {
  try {
    const text = localStorage.getItem(key)
    return text === null ? undefined : (JSON.parse(text) as Value)
  } catch {
    return undefined
  }
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
