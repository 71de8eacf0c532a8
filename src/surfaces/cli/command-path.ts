import type { AnyOperation } from '#features/operation.ts'

/** `ipAddress` and `server_id` as an option is written: `ip-address`, `server-id`. */
export const kebab = (name: string): string =>
  name.replaceAll('_', '-').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** `['device', 'list']` */
export const commandPath = (operation: AnyOperation): string[] => operation.name.split('.').map(kebab)

/** The other ways to say it: `['sync']`, `['push', 'plan']`. */
export const aliasPaths = (operation: AnyOperation): string[][] =>
  (operation.cli?.aliases ?? []).map((alias) => alias.split(' '))
