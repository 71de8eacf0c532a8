import { AppError } from '#kernel/errors.ts'
import { parseIp, type IpAddress } from '#model/ip-address.ts'
import { runProgram } from '#sources/local/run-program.ts'

export interface FpingOptions {
  /** Addresses asked per second at most. */
  rate: number
  /** Milliseconds to wait for each answer. */
  timeout: number
}

/** The addresses `fping -a` names, one a line; anything else on the line is left aside. */
export const parseFping = (text: string): IpAddress[] =>
  text.split('\n').flatMap((line) => {
    const address = parseIp(line.trim().split(/\s/)[0]!)
    return address === undefined ? [] : [address]
  })

/** fping ends with 0 or 1 by whether all answered, 2 when an address was not found, 3 and 4 when it could not work. */
const unable = (code: number | undefined, stderr: string): AppError =>
  new AppError(
    'SOURCE_TOOL_MISSING',
    `fping could not send: ${stderr.trim().split('\n')[0] || `exit code ${code ?? 'none'}`}`,
    {
      hint: 'fping needs the right to send ICMP: `setcap cap_net_raw+ep` on the program, or run as root.',
    },
  )

/** Which addresses answer an ICMP echo, asked twice each. SOURCE_TOOL_MISSING when fping is not there or may not send. */
export async function probeFping(
  addresses: readonly IpAddress[],
  { rate, timeout }: FpingOptions,
  signal: AbortSignal,
): Promise<Set<IpAddress>> {
  // Ordinary users may not go below a millisecond between two packets.
  const interval = Math.max(1, 1000 / rate)
  const args = ['-a', '-q', '-r', '1', '-i', interval.toFixed(1), '-t', String(Math.max(50, timeout))]
  const limit = 60_000 + addresses.length * (2 * interval + 1) + timeout * 3
  const outcome = await runProgram(
    'fping',
    args,
    { input: `${addresses.join('\n')}\n`, timeout: limit },
    signal,
  )
  if (outcome.code === undefined || outcome.code > 2) throw unable(outcome.code, outcome.stderr)
  return new Set(parseFping(outcome.stdout))
}
