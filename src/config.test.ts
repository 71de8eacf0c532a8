import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { z } from 'zod'
import { loadConfig, redactedConfig, type Config } from '#config.ts'
import { AppError } from '#kernel/errors.ts'
import { httpSettings } from '#sources/http-settings.ts'
import type { SourceType } from '#sources/source.ts'
import { testConfig } from '#test/test-config.ts'

const types = new Map<string, SourceType>(
  [
    {
      type: 'vcenter',
      settings: z.object({
        ...httpSettings.shape,
        username: z.string(),
        password: z.string().meta({ secret: true }),
      }),
    },
    {
      type: 'kea',
      settings: z.object({ path: z.string().meta({ path: true }), depth: z.number().default(1) }),
    },
  ].map((type) => [type.type, type as unknown as SourceType]),
)

const folders: string[] = []
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-config-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const load = (
  yaml: string,
  environment: Record<string, string> = {},
  files: Record<string, string> = {},
): Config =>
  loadConfig({
    environment,
    workingDirectory: folderWith({ 'rollcall.yaml': yaml, ...files }),
    sourceTypes: types,
  })

function refusal(work: () => unknown): AppError {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof AppError)
    assert.equal(error.code, 'CONFIG_INVALID')
    return error
  }
  return assert.fail('the configuration was accepted')
}

test('no file at all gives a configuration that works, below the working directory', () => {
  const folder = folderWith({})
  const config = loadConfig({ environment: {}, workingDirectory: folder, sourceTypes: types })
  assert.equal(config.file, undefined)
  assert.equal(config.database.url, `sqlite:${folder}/data/rollcall.db`)
  assert.equal(config.secrets.keyFile, `${folder}/data/rollcall.key`)
  assert.deepEqual([config.server.host, config.server.port, config.log.format], ['127.0.0.1', 8080, 'pretty'])
  assert.deepEqual(config.node.roles, ['api', 'worker'])
  assert.equal(config.origin('server.port'), 'default')
})

test('the environment wins over the file, the file over the default, and each setting says where it comes from', () => {
  const config = load('server: { port: 1000, host: 0.0.0.0 }\nlog:\n', {
    ROLLCALL_SERVER__PORT: '2000',
    ROLLCALL_SECRETS__KEY_FILE: '/keys/one',
    ROLLCALL_SERVER__TRUSTED_PROXIES: '10.0.0.1, 10.1.0.0/16',
    ROLLCALL_SYNC__MISSING_SHARE: '0.5',
    ROLLCALL_DISCOVERY__STARTUP: 'false',
    ROLLCALL_SERVER__PUBLIC_URL: '',
  })
  assert.equal(config.server.port, 2000)
  assert.equal(config.server.host, '0.0.0.0')
  assert.equal(config.secrets.keyFile, '/keys/one')
  assert.deepEqual(config.server.trustedProxies, ['10.0.0.1', '10.1.0.0/16'])
  assert.equal(config.sync.missingShare, 0.5)
  assert.equal(config.discovery.startup, false)
  assert.equal(config.server.publicUrl, undefined)
  const origins = ['server.port', 'server.host', 'server.tls', 'secrets.keyFile', 'retention.staleDays'].map(
    (path) => config.origin(path),
  )
  assert.deepEqual(origins, ['environment', 'file', 'default', 'environment', 'default'])
})

test('.env stands beside the file and yields to the real environment', () => {
  const env = { '.env': 'ROLLCALL_SERVER__PORT=3000\nROLLCALL_LOG__LEVEL=debug\nVC_PASSWORD=from-dot-env\n' }
  const yaml =
    'sources: [{ name: lab, type: vcenter, url: "https://vc.example.net", username: ro, password: "${VC_PASSWORD}" }]'
  const config = load(yaml, { ROLLCALL_LOG__LEVEL: 'error' }, env)
  assert.equal(config.server.port, 3000)
  assert.equal(config.log.level, 'error')
  assert.equal(config.sources[0]!.settings['password'], 'from-dot-env')
})

test('variables, files and defaults are interpolated, numbers become numbers, and $${ stays', () => {
  const yaml = [
    'server: { port: "${PORT}", host: "${HOST:-::1}" }',
    'access: { adminToken: "${file:./token}" }',
    'netbox: { url: "https://n.example.net", token: "$${x}" }',
  ]
  const config = load(yaml.join('\n'), { PORT: '99' }, { token: 'a-token-of-some-length\n' })
  assert.deepEqual([config.server.port, config.server.host], [99, '::1'])
  assert.equal(config.access.adminToken, 'a-token-of-some-length')
  assert.equal(config.netbox?.token, '${x}')
})

test('everything wrong is said at once, with line, setting, value, expectation and suggestion', () => {
  const yaml = `server:
  prot: 8080
  host: 5
log: { level: loud }
retention: { staleDays: 0 }
sources:
  - name: lab
    type: vcentre
  - name: lab
    type: kea
    pth: /x
    schedule: every day
databse: {}
`
  const error = refusal(() =>
    load(yaml, { ROLLCALL_SERVER__PORT: 'abc', ROLLCALL_SERVER_HOST: 'x', ROLLCALL_LOG__LEVLE: 'info' }),
  )
  const says = error.message.split('\n').slice(1)
  const expected = [
    'rollcall.yaml:2: server.prot is not a setting; did you mean port?',
    'rollcall.yaml:3: server.host is 5, expected string',
    'ROLLCALL_SERVER__PORT: server.port is "abc", expected a port from 0 to 65535',
    'rollcall.yaml:4: log.level is "loud", expected one of "trace"|"debug"|"info"|"warn"|"error"|"silent"',
    'rollcall.yaml:5: retention.staleDays is 0, expected number to be >=1',
    'rollcall.yaml:8: sources[0].type is "vcentre", expected one of vcenter, kea; did you mean vcenter?',
    'rollcall.yaml:9: sources[1].name is "lab", which another source already has',
    'rollcall.yaml:11: sources[1].pth is not a setting; did you mean path?',
    'rollcall.yaml:9: sources[1].path is missing, expected string',
    'rollcall.yaml:12: sources[1].schedule is "every day", expected a cron expression such as "*/30 * * * *" or "@daily"',
    'rollcall.yaml:13: databse is not a setting; did you mean database?',
    'environment: ROLLCALL_SERVER_HOST names no setting (SERVER_HOST); did you mean ROLLCALL_SERVER__HOST?',
    'environment: ROLLCALL_LOG__LEVLE names no setting (LEVLE); did you mean ROLLCALL_LOG__LEVEL?',
  ]
  assert.deepEqual(says.map((line) => line.trim()).sort(), expected.sort())
  assert.equal(error.complaints.length, expected.length)
  assert.deepEqual(
    error.complaints.find((each) => each.path === 'server.host'),
    { path: 'server.host', value: 5, expected: 'string' },
  )
})

test('no complaint shows a secret: neither a bad one, nor an interpolated value, nor one under a mistyped key', () => {
  const yaml = `access: { adminToken: hunter2 }
netbox: { url: "\${SECRET_URL}", tokne: hunter2-too }
database: { url: "postgers://ada:hunter2@db/x" }
`
  const error = refusal(() => load(yaml, { SECRET_URL: 'hunter2-as-url' }))
  assert.equal(error.complaints.length, 5)
  assert.ok(!JSON.stringify([error.message, error.complaints]).includes('hunter2'), error.message)
})

test('a variable that is not set is one complaint and names the variable', () => {
  const error = refusal(() => load('netbox:\n  url: "https://n.example.net"\n  token: "${NETBOX_TOKEN}"'))
  assert.match(
    error.message,
    /one problem:\n {2}rollcall.yaml:3: netbox.token needs the variable NETBOX_TOKEN, which is not set$/,
  )
})

test('a file that is not YAML is refused with its line, a missing one with its name', () => {
  assert.match(
    refusal(() => load('server: { port: 1\nlog: [')).message,
    /rollcall\.yaml is not YAML:\n {2}rollcall\.yaml:\d/,
  )
  assert.match(refusal(() => load('a: 1\na: 2')).message, /rollcall\.yaml:2: Map keys must be unique/)
  assert.match(refusal(() => load('- just\n- a list')).message, /must hold settings/)
  const asked = () =>
    loadConfig({
      argvConfig: 'gone.yaml',
      environment: {},
      workingDirectory: folderWith({}),
      sourceTypes: types,
    })
  assert.match(refusal(asked).message, /gone\.yaml does not exist/)
})

test('--config wins over ROLLCALL_CONFIG, and relative paths count from the file’s folder', () => {
  const folder = folderWith({
    'other.yaml':
      'dataDirectory: state\nsources: [{ name: a, type: kea, path: leases/x.csv }]\n' +
      'jobs: { databases: [{ name: racks, url: "sqlite:racks.db" }] }\n',
    'env.yaml': '',
  })
  const inputs = {
    environment: { ROLLCALL_CONFIG: `${folder}/env.yaml` },
    workingDirectory: '/',
    sourceTypes: types,
  }
  assert.equal(loadConfig(inputs).file, `${folder}/env.yaml`)
  const config = loadConfig({ ...inputs, argvConfig: `${folder}/other.yaml` })
  assert.equal(config.dataDirectory, `${folder}/state`)
  assert.equal(config.database.url, `sqlite:${folder}/state/rollcall.db`)
  assert.equal(config.backup.directory, `${folder}/state/backups`)
  assert.equal(config.jobs.databases[0]!.url, `sqlite:${folder}/racks.db`)
  assert.deepEqual(config.sources[0]!.settings, { path: `${folder}/leases/x.csv` })
})

test('a webhook with a user and password in its address is refused, for they would be left out', () => {
  const text = 'jobs: { webhooks: [{ name: a, url: "https://user:hunter2@n.example.net/x" }] }'

  assert.throws(
    () => load(text),
    (error: Error) => /webhooks/.test(error.message) && !/hunter2/.test(error.message),
  )
})

test('a CA given as PEM text is not taken for a path', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
  const config = load('netbox: { url: "https://n.example.net", token: t, tls: { ca: "${CA}" } }', { CA: pem })
  assert.equal(config.netbox?.tls.ca, pem)
})

test('a source is overridden by its name or its place in the list', () => {
  const yaml =
    'sources:\n  - { name: office-leases, type: kea, path: /a }\n  - { name: b, type: kea, path: /b }'
  const config = load(yaml, {
    ROLLCALL_SOURCES__OFFICE_LEASES__DEPTH: '4',
    ROLLCALL_SOURCES__1__ENABLED: 'no',
  })
  assert.deepEqual(
    config.sources.map(({ settings, enabled }) => [settings['depth'], enabled]),
    [
      [4, true],
      [undefined, false],
    ],
  )
})

test('nothing in the configuration can be changed afterwards', () => {
  const config = load('sources: [{ name: a, type: kea, path: /a }]')
  assert.throws(() => Object.assign(config.server, { port: 1 }), TypeError)
  assert.throws(() => Object.assign(config.sources[0]!.settings, { path: '/b' }), TypeError)
})

test('config show hides every secret and the password of the database', () => {
  const yaml = `database: { url: "postgres://ada:hunter2@db/x" }
access: { adminToken: hunter2-hunter2-hunter2, oidc: [{ name: idp, issuer: "https://i.example.net", clientId: c, clientSecret: hunter2 }] }
netbox: { url: "https://n.example.net", token: hunter2 }
sources: [{ name: lab, type: vcenter, url: "https://vc.example.net", username: ro, password: hunter2 }]`
  const shown = redactedConfig(load(yaml), types)
  assert.ok(!JSON.stringify(shown).includes('hunter2'))
  assert.deepEqual(shown['database'], { url: 'postgres://ada:[redacted]@db/x' })
  assert.deepEqual(shown['sources'], [
    {
      name: 'lab',
      type: 'vcenter',
      enabled: true,
      url: 'https://vc.example.net',
      username: 'ro',
      password: '[redacted]',
    },
  ])
})

test('a test configuration takes any part of a section', () => {
  const config = testConfig({ server: { port: 0 }, sync: { missingShare: 1 } })
  assert.deepEqual(
    [config.server.port, config.server.host, config.sync.missingShare, config.sync.missingCount],
    [0, '127.0.0.1', 1, 3],
  )
})
