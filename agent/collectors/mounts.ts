/** A file system as the kernel has mounted it. */
export interface Mount {
  mountPoint: string
  device: string
  type: string
}

/** Kinds that hold nobody's data, or somebody else's for good: images, packages, views of the system. */
const unreal =
  /^(proc|sysfs|tmpfs|ramfs|devtmpfs|devpts|devfs|cgroup2?|securityfs|debugfs|tracefs|configfs|pstore|efivarfs|bpf|mqueue|hugetlbfs|fusectl|binfmt_misc|autofs|nsfs|rpc_pipefs|nfsd|overlay|aufs|squashfs|erofs|iso9660|udf|cramfs|selinuxfs|rootfs|fuse\.(lxcfs|portal|gvfsd-fuse|snapfuse|squashfuse|archivemount|.*\.AppImage)|nullfs|fdescfs|linprocfs|linsysfs|procfs|ctfs|objfs|sharefs|lofs)$/

/** Kinds whose answer depends on nothing but this machine, so that asking cannot hang. */
const local =
  /^(ext[234]|xfs|btrfs|zfs|f2fs|jfs|reiserfs|nilfs2|bcachefs|vfat|exfat|ntfs3?|hfsplus|apfs|ufs|overlay|tmpfs)$/

export const isLocal = ({ type }: Mount): boolean => local.test(type)

/**
 * The file systems of /proc/self/mountinfo that hold data, each once: what is mounted twice (a bind, a subvolume)
 * counts at its shortest path. The root is always among them, whatever it is made of.
 */
export function realMounts(mountinfo: string): Mount[] {
  const mounts = mountinfo.split('\n').flatMap((line) => parseMount(line) ?? [])
  // A later mount hides an earlier one at the same place.
  const visible = new Map(mounts.map((mount) => [mount.mountPoint, mount]))
  const byDevice = new Map<string, Mount>()
  const shortestFirst = [...visible.values()].sort(
    (one, other) => one.mountPoint.length - other.mountPoint.length,
  )
  for (const mount of shortestFirst) {
    if (unreal.test(mount.type) && mount.mountPoint !== '/') continue
    if (!byDevice.has(mount.key)) byDevice.set(mount.key, mount)
  }
  return [...byDevice.values()].map(({ mountPoint, device, type }) => ({ mountPoint, device, type }))
}

/** `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`: the optional fields end with a dash. */
function parseMount(line: string): (Mount & { key: string }) | undefined {
  const [before, after] = line.split(' - ')
  const number = before?.split(' ')[2]
  const mountPoint = before?.split(' ')[4]
  const [type, device] = after?.split(' ') ?? []
  if (number === undefined || mountPoint === undefined || type === undefined || device === undefined)
    return undefined
  // Subvolumes of one btrfs have numbers of their own and one device; datasets of ZFS have one name each.
  const key = device.startsWith('/dev/') || type === 'zfs' ? `${type} ${device}` : number
  return { mountPoint: unescaped(mountPoint), device: unescaped(device), type, key }
}

/** Blanks and the like are written as octal numbers. */
const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_whole, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  )
