/** The name of a custom field that queries and programs use, from its label: `Warranty until` is `warranty_until`. */
export const fieldNameOf = (label: string): string =>
  label
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+/, '')
    .slice(0, 50)
    .replace(/_+$/, '')
