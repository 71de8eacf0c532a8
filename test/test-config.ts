import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig, type Config } from '#config.ts'

/** Any part of a configuration, section by section. */
export type ConfigOverrides = {
  [Section in keyof Config]?: Config[Section] extends object ? Partial<Config[Section]> : Config[Section]
}

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The default configuration with some settings changed; its files would lie in a temporary folder that is not made. */
export function testConfig(overrides: ConfigOverrides = {}): Config {
  const config = loadConfig({
    environment: {},
    workingDirectory: join(tmpdir(), 'rollcall-test-without-files'),
    sourceTypes: new Map(),
  })
  const changed = Object.entries(overrides).map(([section, value]) => {
    const before = config[section as keyof Config]
    return [section, isGroup(value) && isGroup(before) ? { ...before, ...value } : value]
  })
  return Object.freeze({ ...config, ...(Object.fromEntries(changed) as Partial<Config>) })
}
