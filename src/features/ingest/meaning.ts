import type { JsonObject } from '#kernel/json.ts'
import type { CoreMetric, ToldService } from '#model/sample.ts'

/** Why a series is not kept although nothing is wrong with it. */
export type LeftOut =
  | 'tells of the exporter or of Prometheus, not of the machine'
  | 'stands for each processor, which cpu_percent sums up'
  | 'a part of a histogram or summary'
  | 'of no file system or interface that counts'
  | 'not among what is kept of this exporter unless monitoring.ingest.keep names it'
  | 'named by monitoring.ingest.drop'
  | 'a text, not a number'
  | 'a unit of systemd that is no service'

/** What one series of somebody else's agent means here. */
export type Meaning =
  /** A part of what is worked out from several, such as memory_percent from total and available. */
  | { is: 'part'; group: string; part: string }
  | { is: 'core'; metric: CoreMetric }
  | { is: 'extra'; key: string; factor: number }
  /** A service and how it does, by its place in serviceStates; one of several such where only one of them is so. */
  | { is: 'service'; name: string; status: number; isOneOf: boolean }
  /** What a server says of itself beside numbers. */
  | { is: 'fact'; facts: JsonObject }
  /** An interface that is hardware, and its MAC address. */
  | { is: 'card'; name: string; mac: string }
  | { is: 'left out'; why: LeftOut }
  /** Nothing that is known here: kept under its own name. */
  | { is: 'unknown' }

export const leftOut = (why: LeftOut): Meaning => ({ is: 'left out', why })
export const part = (group: string, name: string): Meaning => ({ is: 'part', group, part: name })
export const core = (metric: CoreMetric): Meaning => ({ is: 'core', metric })
export const extra = (key: string, factor = 1): Meaning => ({ is: 'extra', key, factor })

export const serviceStates: readonly ToldService['status'][] = ['running', 'stopped', 'failed', 'unknown']
const statusOf: Readonly<Record<string, ToldService['status']>> = {
  active: 'running',
  reloading: 'running',
  inactive: 'stopped',
  deactivating: 'stopped',
  failed: 'failed',
}

/** A unit of systemd and its active state; only services are told of. */
export const unit = (name: string, state: string, isOneOf: boolean): Meaning =>
  name.endsWith('.service')
    ? {
        is: 'service',
        name: name.slice(0, -'.service'.length),
        status: serviceStates.indexOf(statusOf[state] ?? 'unknown'),
        isOneOf,
      }
    : leftOut('a unit of systemd that is no service')

export const notCounted = leftOut('of no file system or interface that counts')

const unreal =
  /^(proc|sysfs|tmpfs|ramfs|devtmpfs|devpts|devfs|cgroup2?|securityfs|debugfs|tracefs|configfs|pstore|efivarfs|bpf|mqueue|hugetlbfs|fusectl|binfmt_misc|autofs|nsfs|rpc_pipefs|nfsd|overlay|aufs|squashfs|erofs|iso9660|udf|cramfs|selinuxfs|rootfs|fuse\.(lxcfs|portal|gvfsd-fuse|snapfuse|squashfuse)|procfs|nullfs|fdescfs)$/
const borrowed = /^\/(dev|proc|run|sys|snap|var\/lib\/(docker|containers|kubelet|containerd))(\/|$)/

/** Whether a file system holds somebody's data; the root does, whatever it is made of. */
export const isFilesystemCounted = (mount: string, kind: string | undefined): boolean =>
  mount === '/' || !(unreal.test(kind ?? '') || borrowed.test(mount))

const made =
  /^(lo\d*|veth.*|docker.*|br-.*|virbr.*|vnet.*|tap.*|tun.*|fwbr.*|fwpr.*|fwln.*|cni.*|flannel.*|cali.*|lxcbr.*|lxdbr.*|ifb.*|dummy.*|wg.*|sit.*|ip6tnl.*|tailscale.*|zt.*|nodelocaldns|kube-.*|vmbr\d+.*|br\d+|bond\d+|team\d+|bonding_masters|.*\.\d+|all)$/

/** Whether an interface is a card; what programs make carries again what the cards carry. */
export const isInterfaceCounted = (name: string): boolean => !made.test(name)
