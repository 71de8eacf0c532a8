/** So many numbers stand in an address that everything on its way takes. */
const inAddress = 300
const kept = 'rollcall-chosen-rows'

/** The rows that somebody chose in a list, as a word of the address of a new job. */
export function chosenText(ids: readonly number[]): string {
  if (ids.length <= inAddress) return ids.join(',')
  try {
    sessionStorage.setItem(kept, ids.join(','))
  } catch {
    return ids.slice(0, inAddress).join(',')
  }
  return 'chosen'
}

/** The numbers that such a word stands for. */
export function chosenOf(text: string | undefined): number[] {
  if (text === undefined) return []
  const written = text === 'chosen' ? readKept() : text
  return written
    .split(',')
    .map(Number)
    .filter((id) => Number.isInteger(id) && id > 0)
}

function readKept(): string {
  try {
    return sessionStorage.getItem(kept) ?? ''
  } catch {
    return ''
  }
}
