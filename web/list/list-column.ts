/** A column of a list that draws only what is in sight. */
export interface ListColumn {
  id: string
  label: string
  /** Least width in pixels; what is left over goes to the columns by their width. */
  width: number
  sortable: boolean
  numeric?: boolean
}

/** How a column is ordered, in ARIA's words. */
export function orderOf(sort: string, id: string): 'ascending' | 'descending' | undefined {
  if (sort === id) return 'ascending'
  return sort === `-${id}` ? 'descending' : undefined
}
