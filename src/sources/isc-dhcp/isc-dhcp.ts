import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { DeclarationReader } from '#sources/isc-dhcp/lease-declarations.ts'
import { LeaseLog } from '#sources/isc-dhcp/lease-log.ts'
import { StatementParser } from '#sources/isc-dhcp/lease-statements.ts'
import { badLine, eachLine, isMissingFile, openFile } from '#sources/lease-lines.ts'
import {
  leaseFileTest,
  pagesOfLeases,
  readSteadily,
  testBytes,
  type LeaseReading,
} from '#sources/lease-source.ts'
import { sourceType, type SourceTools } from '#sources/source.ts'

const settings = z.strictObject({
  path: z
    .string()
    .min(1)
    .default('/var/lib/dhcp/dhcpd.leases')
    .meta({ path: true })
    .describe(
      'The lease file, dhcpd.leases or dhcpd6.leases. Red Hat keeps it in /var/lib/dhcpd, BSD in /var/db.',
    ),
})

/** The lease file of ISC dhcpd, IPv4 or IPv6; OpenBSD, pfSense and OPNsense write the same format. */
export const iscDhcpSource = sourceType({
  type: 'isc-dhcp',
  system: 'dhcp',
  title: 'ISC DHCP server',
  summary:
    'Machines that ISC dhcpd (also pfSense, OPNsense, OpenBSD) leased an address to, from its lease file.',
  settings,
  provesAbsence: false,
  open: ({ path }, tools) => ({
    test: async (signal) => leaseFileTest(path, await readLeases(path, tools, testBytes, signal)),
    async *read(signal) {
      const reading = await readLeases(path, tools, Number.POSITIVE_INFINITY, signal)
      return yield* pagesOfLeases(tools, reading, signal)
    },
  }),
})

async function readLeases(
  path: string,
  tools: SourceTools,
  limitBytes: number,
  signal: AbortSignal,
): Promise<LeaseReading> {
  return readSteadily(tools, (isLast) => readOnce(path, tools, { isLast, limitBytes }, signal), signal)
}

/**
 * The server appends, and at times moves a freshly written file into the place of the old one, which becomes `~`.
 * What was there when the file was opened is a whole reading; a file that is missing or was replaced is read again.
 */
async function readOnce(
  path: string,
  tools: SourceTools,
  { isLast, limitBytes }: { isLast: boolean; limitBytes: number },
  signal: AbortSignal,
): Promise<LeaseReading> {
  try {
    const { reading, size } = await readFile(path, tools, limitBytes, signal)
    return size === 0 ? await readOlder(path, tools, reading, signal) : reading
  } catch (error) {
    if (!isMissingFile(error)) throw error
    if (!isLast) return { leases: [], warnings: [], incomplete: `${path} was not there` }
    return readOlder(path, tools, error as Error, signal)
  }
}

/** The copy that the server leaves behind when it rewrites; where there is none, what is known without it. */
async function readOlder(
  path: string,
  tools: SourceTools,
  otherwise: LeaseReading | Error,
  signal: AbortSignal,
): Promise<LeaseReading> {
  try {
    const { reading } = await readFile(`${path}~`, tools, Number.POSITIVE_INFINITY, signal)
    return { ...reading, incomplete: `${path} is missing or empty; the older ${path}~ was read instead` }
  } catch (error) {
    if (!isMissingFile(error)) throw error
    if (otherwise instanceof Error) throw otherwise
    return otherwise
  }
}

async function readFile(
  path: string,
  tools: SourceTools,
  limitBytes: number,
  signal: AbortSignal,
): Promise<{ reading: LeaseReading; size: number }> {
  await using file = await openFile(path)
  const opened = await file.stat()
  const log = new LeaseLog(path, tools.clock.now())
  const parser = new StatementParser(new DeclarationReader(log), (line, what) =>
    badLine(path, line, what, otherCopy),
  )
  // Up to where the file reached when it was opened: what is appended meanwhile belongs to the next reading.
  const limit = Math.min(opened.size, limitBytes)
  const { lines, rest } = await eachLine(
    file,
    path,
    (line, number) => parser.line(line, number),
    signal,
    limit,
  )
  if (rest !== '') parser.line(rest, lines + 1)
  const unfinished = parser.isInside
    ? `The declaration that begins on line ${parser.beganAt} of ${path} has no end`
    : undefined
  const incomplete =
    limit < opened.size ? undefined : (unfinished ?? (await whatHappened(path, opened)) ?? log.damage)
  return { reading: { leases: log.leases, warnings: log.warnings.list(), incomplete }, size: opened.size }
}

const otherCopy = 'Compare it with the copy the server keeps beside it, which ends in "~".'

async function whatHappened(
  path: string,
  opened: { ino: number; size: number },
): Promise<string | undefined> {
  const now = await stat(path).catch(() => undefined)
  return now?.ino === opened.ino && now.size >= opened.size
    ? undefined
    : `${path} was replaced while it was read`
}
