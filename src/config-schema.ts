import { CronPattern } from 'croner'
import { z } from 'zod'
import { parseIp } from '#model/ip-address.ts'
import { parsePrefix } from '#model/ip-prefix.ts'
import { tlsTrust } from '#sources/http-settings.ts'

const port = z.number().int().min(0).max(65_535).meta({ expected: 'a port from 0 to 65535' })
const days = z.number().int().min(1).max(36_500)
const path = z.string().min(1).meta({ path: true })
const secret = z.string().min(1).meta({ secret: true })
const address = z.url({ protocol: /^https?$/ }).meta({ expected: 'an http or https address' })

function isCron(text: string): boolean {
  try {
    return Boolean(new CronPattern(text))
  } catch {
    return false
  }
}

/** When something runs by itself: five or six cron fields, or @hourly, @daily and their like. */
export const schedule = z
  .string()
  .refine(isCron)
  .meta({ expected: 'a cron expression such as "*/30 * * * *" or "@daily"' })

/** A name that people give: letters, digits, dot, dash and underscore. */
export const configuredName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
  .meta({ expected: 'a name of up to 64 letters, digits, dots, dashes and underscores' })

const oidcProvider = z.strictObject({
  /** In the address of its callback: /api/auth/callback/NAME. */
  name: configuredName,
  /** On the sign-in button. */
  title: z.string().min(1).optional(),
  issuer: address,
  clientId: z.string().min(1),
  clientSecret: secret.optional(),
  scopes: z.array(z.string().min(1)).default(['openid', 'email', 'profile']),
  /** What somebody who signs in for the first time may do. */
  role: z.enum(['viewer', 'operator', 'admin']).default('viewer'),
  /** A claim of the id_token, such as groups, that decides the role anew at every sign-in; `role` where no value matches. */
  roleClaim: z.string().min(1).optional(),
  /** The role that a value of that claim gives; the highest wins. */
  roles: z.record(z.string(), z.enum(['viewer', 'operator', 'admin'])).default({}),
  /** Join an existing account by e-mail address even where the provider doesn't say that the address is verified. */
  trustEmail: z.boolean().default(false),
})
export type OidcProvider = z.output<typeof oidcProvider>

/** What every source has; its type adds its own settings beside these. */
export const sourceBasics = z.looseObject({
  name: configuredName,
  type: z.string().min(1),
  enabled: z.boolean().default(true),
  schedule: schedule.optional(),
})

const serverSection = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: port.default(8080),
  /** How people reach it from outside, where that differs. */
  publicUrl: address.optional(),
  /** Addresses and networks whose forwarding headers are believed. */
  trustedProxies: z.array(z.string().min(1)).default([]),
  tls: z
    .strictObject({ cert: path.optional(), key: path.optional() })
    .refine((tls) => (tls.cert === undefined) === (tls.key === undefined))
    .meta({ expected: 'cert and key together, or neither' })
    .prefault({}),
})

const accessSection = z.strictObject({
  /** Seeds one admin token for automation; ROLLCALL_ADMIN_TOKEN sets it too. */
  adminToken: z
    .string()
    .min(16)
    .optional()
    .meta({ secret: true, expected: 'a token of at least 16 characters' }),
  sessionDays: z.number().int().min(1).max(365).default(30),
  /** Who may make an account without an invitation: nobody, or whoever an OIDC provider lets in. */
  registration: z.enum(['none', 'oidc']).default('none'),
  oidc: z.array(oidcProvider).default([]),
})

const syncSection = z.strictObject({
  /** A run that would mark more than this share and more than missingCount records missing waits for a person. */
  missingShare: z.number().min(0).max(1).default(0.2),
  missingCount: z.number().int().min(0).default(3),
  /** Facts that change at every reading are refreshed at most this often. */
  volatileMinutes: z.number().min(0).default(15),
  /** How far `last_seen` of devices and hosts may lag behind the runs that saw them. */
  lastSeenMinutes: z.number().min(0).default(60),
  /** Records written in one transaction. */
  batchSize: z.number().int().min(1).max(10_000).default(500),
})

/** A name in each list of what a job may use; several of the same name are refused. */
const uniqueNames = <Item extends z.ZodType<{ name: string }>>(item: Item) =>
  z
    .array(item)
    .default([])
    .refine((items) => new Set(items.map(({ name }) => name)).size === items.length)
    .meta({ expected: 'a list whose names differ' })

/** A command of this machine that jobs may run, once for each row. */
const command = z.strictObject({
  name: configuredName,
  title: z.string().min(1).optional(),
  /** The program and its arguments; `{address}` and the like stand for what the row has. No shell reads it. */
  run: z.array(z.string().min(1)).min(1),
  /** read: may be run again freely; once: never by itself a second time. */
  effect: z.enum(['read', 'once']).default('once'),
  timeoutSeconds: z.number().positive().max(86_400).default(60),
  concurrency: z.number().int().min(1).max(64).default(4),
})
export type CommandTemplate = z.output<typeof command>

/** An address that jobs may post rows to. */
const webhook = z.strictObject({
  name: configuredName,
  url: address.refine((url) => !/^https?:\/\/[^/?#]*@/i.test(url), {
    error: 'a user and password belong into headers: authorization',
  }),
  method: z.enum(['POST', 'PUT', 'PATCH']).default('POST'),
  headers: z.record(z.string(), secret).default({}),
  /** Whether it keeps what came with an Idempotency-Key from being done twice. */
  idempotent: z.boolean().default(true),
  /** What the keys stand for: the same row is sent again once a day, or never. */
  repeat: z.enum(['never', 'daily']).default('never'),
  ratePerMinute: z.number().int().min(1).max(100_000).optional(),
  concurrency: z.number().int().min(1).max(64).default(4),
  timeoutSeconds: z.number().positive().max(3600).default(30),
  costCents: z.number().int().min(0).default(0),
  tls: tlsTrust.prefault({}),
})
export type Webhook = z.output<typeof webhook>

/** A database of somebody else's whose rows a job may be made from. */
const rowDatabase = z.strictObject({
  name: configuredName,
  url: z
    .string()
    .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/)
    .meta({ secret: true, expected: 'sqlite:FILE or postgres://user@host/database' }),
  timeoutSeconds: z.number().positive().max(3600).default(60),
})

const cents = z.number().int().min(0)

const jobsSection = z.strictObject({
  /** Rows that one process works on at the same time. */
  atOnce: z.number().int().min(1).max(1024).default(32),
  /** A process that has not been heard of for so long is gone (other machines only; on this one it is known at once). */
  leaseSeconds: z.number().min(1).max(3600).default(15),
  /** How long work that was told to stop may take to do so. */
  graceSeconds: z.number().min(0).max(3600).default(10),
  /** A preview may be approved for so long. */
  approvalHours: z.number().positive().max(8760).default(24),
  /** Nothing larger may be approved by anybody; lists name actions, empty `actions` means all. */
  policy: z
    .strictObject({
      maxRows: z.number().int().min(1).default(5_000_000),
      maxCostCents: cents.default(1_000_000),
      actions: z.array(z.string()).default([]),
      fourEyes: z.array(z.string()).default([]),
      neverAuto: z.array(z.string()).default(['command']),
      /** Up to here a job that asks for it needs nobody's approval. */
      auto: z
        .strictObject({
          maxRows: z.number().int().min(0).default(500),
          maxCostCents: cents.default(50_000),
          maxRowCostCents: cents.default(5_000),
          warnings: z.boolean().default(false),
        })
        .prefault({}),
    })
    .prefault({}),
  commands: uniqueNames(command),
  webhooks: uniqueNames(webhook),
  databases: uniqueNames(rowDatabase),
  /** Where uploaded files of rows wait. */
  uploadDirectory: path.default('./data/uploads'),
  uploadBytes: z.number().int().min(1).default(2_147_483_648),
})

const auditSection = z.strictObject({
  /** Signed marks of the trail's end, outside of the database. */
  checkpointFile: path.default('./data/audit-checkpoints.jsonl'),
  checkpointSeconds: z.number().min(1).max(86_400).default(60),
  /** How long lines are kept; none means for ever. */
  keepDays: days.optional(),
})

const prefix = z
  .string()
  .refine((text) => parsePrefix(text) !== undefined || parseIp(text) !== undefined)
  .meta({ expected: 'an address or a network such as 192.0.2.0/24' })

/** Which addresses checks without an agent may reach: what people enter must not open a way to everything. */
const checksSection = z.strictObject({
  /** Empty allows everything that `deny` does not hold. */
  allow: z.array(prefix).default([]),
  /** The services in which clouds keep a machine's secrets. */
  deny: z.array(prefix).default(['169.254.169.254', 'fd00:ec2::254']),
  /** Checks at the same time. */
  concurrent: z.number().int().min(1).max(1_000).default(32),
})

/** A page that everybody may see, without sign-in. Only what is named here is on it. */
const statusPageSection = z.strictObject({
  enabled: z.boolean().default(false),
  title: z.string().trim().min(1).max(100).default('Status'),
  path: z
    .string()
    .regex(/^\/(?!(api|assets|agent|healthz|metrics)(\/|$))[a-z0-9-]+(\/[a-z0-9-]+)*$/)
    .default('/status')
    .meta({ expected: 'a path of its own such as /status' }),
  groups: z
    .array(
      z.strictObject({
        /** What the world calls it. */
        name: z.string().trim().min(1).max(100),
        /** A query over servers. */
        q: z.string().trim().min(1).max(8_000).optional(),
        /** Checks by their names. */
        checks: z.array(z.string().min(1).max(200)).max(200).default([]),
      }),
    )
    .max(50)
    .default([]),
  showUptime: z.boolean().default(true),
})

const monitoringSection = z.strictObject({
  /** Whether this machine itself is a server with metrics. */
  self: z.boolean().default(true),
  /** What is done with a heartbeat of a server that nobody made: `automatic` makes it. */
  register: z.enum(['automatic', 'manual']).default('automatic'),
  /** Metrics of other agents, by name with stars: what is kept beside the usual, and what never is. */
  ingest: z
    .strictObject({
      keep: z.array(z.string().min(1).max(200)).max(200).default([]),
      drop: z.array(z.string().min(1).max(200)).max(200).default([]),
    })
    .prefault({}),
  /** Seconds between two heartbeats of an agent that nobody told otherwise. */
  intervalSeconds: z.number().int().min(1).max(86_400).default(60),
  /** Every point as rows of `metrics`, while there are few servers; a shorter window where there are many. */
  hotHours: z.number().int().min(1).max(720).default(48),
  /** Every point, compressed. */
  rawDays: days.default(90),
  hourDays: days.default(1_095),
  dayDays: days.default(3_650),
  /** Series beside the usual metrics: so many of one server, and of all together. More are refused. */
  maxSeriesPerServer: z.number().int().min(1).max(10_000).default(500),
  maxSeries: z.number().int().min(1).max(5_000_000).default(200_000),
  /** A server is offline after so many missed heartbeats and a grace. */
  missedHeartbeats: z.number().int().min(1).max(100).default(2),
  graceSeconds: z.number().min(0).max(600).default(2),
  /** When more than this share of all servers, and at least so many, go missing at once, the network is suspected first. */
  massOfflineShare: z.number().min(0.01).max(1).default(0.3),
  massOfflineServers: z.number().int().min(2).max(100_000).default(5),
  alerts: z
    .strictObject({
      /** So long the loss of a machine waits for others to be lost with it, so that one cause is told once. */
      groupWaitSeconds: z.number().min(0).max(300).default(12),
      /** How often it is told again what nobody looks after; 0 for never. */
      reminderCriticalMinutes: z.number().int().min(0).max(10_080).default(30),
      reminderWarningMinutes: z.number().int().min(0).max(10_080).default(240),
    })
    .prefault({}),
  /** The name of a check that proves, while it is up, that this machine has a network. */
  referenceCheck: z.string().min(1).optional(),
  /** Checks without an agent. */
  checks: checksSection.prefault({}),
  /** What the world may know of how it goes. */
  statusPage: statusPageSection.prefault({}),
  /** What people were told. */
  noticeDays: days.default(365),
  /** Asked for as long as this installation really works, so that somebody else notices when it does not. */
  deadMan: z
    .strictObject({
      url: address.meta({ secret: true }),
      everySeconds: z.number().int().min(10).max(86_400).default(60),
    })
    .optional(),
  /** Where there is no tariff: what a kilowatt-hour costs. */
  cost: z
    .strictObject({
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .meta({ expected: 'a currency as three letters, such as EUR' }),
      centsPerKwh: z.number().min(0).max(100_000),
      zone: z.string().default('UTC'),
    })
    .optional(),
})

const modelSection = z.strictObject({
  /** An OpenAI-compatible address, up to and with /v1. */
  url: address,
  name: z.string().min(1),
  apiKey: secret.optional(),
  timeoutSeconds: z.number().positive().max(600).default(60),
  tls: tlsTrust.prefault({}),
})

/** Everything that can be configured. Derived defaults (paths below dataDirectory) are filled in by loadConfig. */
export const configSchema = z.strictObject({
  /** Where Rollcall keeps its own files. */
  dataDirectory: path.default('./data'),
  database: z
    .strictObject({
      url: z
        .string()
        .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/)
        .default('sqlite:./data/rollcall.db')
        .meta({ expected: 'sqlite:FILE or postgres://user@host/database' }),
    })
    .prefault({}),
  server: serverSection.prefault({}),
  log: z
    .strictObject({
      level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
      format: z.enum(['pretty', 'json']).default('pretty'),
    })
    .prefault({}),
  /** Made on first start; without it no stored secret can be read again. */
  secrets: z.strictObject({ keyFile: path.default('./data/rollcall.key') }).prefault({}),
  sources: z.array(sourceBasics).default([]),
  netbox: z
    .strictObject({
      url: address,
      token: secret,
      tls: tlsTrust.prefault({}),
      timeoutSeconds: z.number().positive().max(3600).default(30),
    })
    .optional(),
  access: accessSection.prefault({}),
  backup: z
    .strictObject({
      enabled: z.boolean().default(true),
      directory: path.default('./data/backups'),
      schedule: schedule.default('17 3 * * *'),
      /** How many scheduled backups stay. */
      keep: z.number().int().min(1).max(1000).default(7),
    })
    .prefault({}),
  sync: syncSection.prefault({}),
  jobs: jobsSection.prefault({}),
  audit: auditSection.prefault({}),
  monitoring: monitoringSection.prefault({}),
  /** A language model that turns sentences into proposals; nothing needs it. */
  model: modelSection.optional(),
  /** At start, read what this machine already knows of its network. */
  discovery: z.strictObject({ startup: z.boolean().default(true) }).prefault({}),
  retention: z
    .strictObject({
      /** Days in which their source completed a run and did not see them. */
      staleDays: days.default(90),
      historyDays: days.default(365),
      /** Of each device's configurations the newest so many stay, and all that are younger than configDays. */
      configVersions: z.number().int().min(1).max(100_000).default(10),
      configDays: days.default(365),
    })
    .prefault({}),
  /** Which part of the work this process does, where several share one database. */
  node: z
    .strictObject({
      name: configuredName.optional(),
      roles: z
        .array(z.enum(['api', 'worker']))
        .min(1)
        .default(['api', 'worker']),
    })
    .prefault({}),
})
export type Settings = z.output<typeof configSchema>
