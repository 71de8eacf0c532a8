import { readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants } from 'node:zlib'

/** Rebuilds `src/sources/oui/oui.txt.br` from the npm package `oui-data`: one line `PREFIX<tab>MAKER` per assignment. */
const packageFolder = new URL('../node_modules/oui-data/', import.meta.url)
const target = new URL('../src/sources/oui/oui.txt.br', import.meta.url)

const readJson = (file: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(file, packageFolder), 'utf8'))

/** Assignments that name nobody: the maker asked to stay unnamed, or the prefix is divided into smaller ones. */
const nameless = new Set(['Private', 'IEEE Registration Authority'])

const lines = Object.entries(readJson('index.json'))
  .map(([prefix, owner]) => [prefix.toLowerCase(), owner.split('\n')[0]!.trim()] as const)
  .filter(([, maker]) => maker !== '' && !nameless.has(maker))
  .sort(([left], [right]) => (left < right ? -1 : 1))
  .map(([prefix, maker]) => `${prefix}\t${maker}`)

const text = Buffer.from(lines.join('\n'))
const packed = brotliCompressSync(text, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  },
})
writeFileSync(target, packed)
process.stdout.write(
  `${lines.length} prefixes of oui-data ${readJson('package.json')['version']}, ${packed.length} bytes\n`,
)
