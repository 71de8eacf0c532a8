import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { mayImport } from '#test/architecture.ts'
import { root, trackedFiles } from '#test/tracked-files.ts'

const pages = trackedFiles().filter((file) => file.endsWith('.md'))
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')

/** The page without its blocks of code, in which a bracket is no link. */
const prose = (file: string) => read(file).replaceAll(/^ *```.*?^ *```/gms, '')

/** The anchor that a heading gets. */
const anchorOf = (heading: string) =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(/\s/g, '-')

function isBroken(page: string, link: string): boolean {
  const [file, anchor] = link.split('#') as [string, string?]
  const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file)
  if (!existsSync(path.join(root, target))) return true
  const headings = anchor === undefined ? [] : [...read(target).matchAll(/^#+ (.*)$/gm)]
  return anchor !== undefined && !headings.some((heading) => anchorOf(heading[1]!) === anchor)
}

test('every link between the pages leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1]!)
      .filter((link) => !/^[a-z]+:/.test(link) && isBroken(page, link))
      .map((link) => `${page}: ${link}`),
  )

  assert.ok(pages.length > 5)
  assert.deepEqual(broken, [])
})

test('the map names every box of the architecture', () => {
  const map = read('ARCHITECTURE.md')
  const named = Object.keys(mayImport).filter((box) => !/^(sources|features)\//.test(box))

  assert.deepEqual(
    named.filter((box) => !map.includes(`\`${box}\``)),
    [],
  )
})

test('every npm command that the pages speak of exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const said = pages.flatMap((page) => [
    ...read(page).matchAll(/\bnpm (?:run ([a-z][\w:-]*)|(start|test))\b/g),
  ])

  assert.deepEqual(
    said.map((match) => match[1] ?? match[2]!).filter((name) => scripts[name] === undefined),
    [],
  )
})
