/** The path of the line; a value on its own is a dot. */
export function sparkPath(
  values: readonly (number | null)[],
  most: number,
  width: number,
  height: number,
): string {
  const across = (width - 2) / Math.max(1, values.length - 1)
  let path = ''
  let isOn = false
  for (const [index, value] of values.entries()) {
    if (value === null) {
      isOn = false
      continue
    }
    const x = (1 + index * across).toFixed(1)
    const y = (height - 1 - (Math.max(0, Math.min(most, value)) / (most || 1)) * (height - 2)).toFixed(1)
    const isAlone = !isOn && (values[index + 1] ?? null) === null
    path += `${isOn ? 'L' : 'M'}${x} ${y}${isAlone ? 'h0' : ''}`
    isOn = true
  }
  return path
}
