const plain = /^[\w./@-]+$/

/** A query with one condition more, written as the query language wants it. */
export function narrowed(q: string, field: string, value: string | null): string {
  const condition =
    value === null
      ? `-${field}:*`
      : `${field}:${plain.test(value) ? value : `"${value.replaceAll(/["\\]/g, '\\$&')}"`}`
  if (q.trim() === '') return condition
  return /\bor\b/i.test(q) ? `(${q.trim()}) ${condition}` : `${q.trim()} ${condition}`
}
