import { z } from 'zod'

/** What a server is called in addresses, files and metrics: it never changes. */
export const serverIdPattern = /^[a-z0-9-]+$/
const expected = 'up to 100 small letters, digits and dashes, such as nas-01'
export const ServerId = z
  .string(expected)
  .min(1, expected)
  .max(100, expected)
  .regex(serverIdPattern, expected)
  .meta({ expected })
  .describe('Small letters, digits and dashes.')

export const isServerId = (text: string): boolean =>
  text.length > 0 && text.length <= 100 && serverIdPattern.test(text)

/** A name as an id: `NAS 01.lan` becomes `nas-01`. Undefined when nothing of it is left. */
export function toServerId(name: string): string | undefined {
  const short = /^[\d.]+$/.test(name) ? name : name.split('.')[0]!
  const slug = short
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 100)
  return slug === '' ? undefined : slug
}
