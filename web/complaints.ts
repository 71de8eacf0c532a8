import type { Complaint } from './api.ts'

/** Complaints of the server by the input they are about; the others are left for the form as a whole. */
export function sortComplaints(
  paths: readonly string[],
  complaints: readonly Complaint[],
): { byPath: Record<string, string>; others: Complaint[] } {
  const byPath: Record<string, string> = {}
  const others: Complaint[] = []
  for (const complaint of complaints) {
    const path = paths
      .filter((each) => complaint.path === each || complaint.path.startsWith(`${each}.`))
      .toSorted((left, right) => right.length - left.length)[0]
    if (path === undefined) others.push(complaint)
    else byPath[path] = [byPath[path], sentenceOf(complaint, path)].filter(Boolean).join(' ')
  }
  return { byPath, others }
}

/** Of a list it says which item is meant. */
function sentenceOf({ path, value, expected }: Complaint, field: string): string {
  const item = path !== field && (typeof value === 'string' || typeof value === 'number') ? `${value}: ` : ''
  return `${item}expected ${expected}.`.replace(/\.\.$/, '.').replace(/^e/, 'E')
}
