/** Stands for the palette until its file is here, so that what is typed is no key of the page. */
export function PaletteToCome() {
  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- as the palette itself, which is no dialog element
  return <div role="dialog" aria-label="Search and run" aria-busy />
}
