import { existsSync } from 'node:fs'
import { type Check, ok, warning } from '#features/system/check.ts'
import { webPages } from '#features/system/program.ts'

/** Whether the web pages are built; without them only API and command line answer. */
export const checkWebPages = (file: string = webPages): Check[] => [
  existsSync(file)
    ? ok('web-pages', 'Built')
    : warning('web-pages', 'The web pages are not built; only the API answers', 'Run: npm run build'),
]
