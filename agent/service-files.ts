/** Where the service and what belongs to it lives. */
export const places = {
  program: '/opt/rollcall-agent',
  settings: '/etc/rollcall-agent/agent.json',
  state: '/var/lib/rollcall-agent',
  unit: '/etc/systemd/system/rollcall-agent.service',
  openrc: '/etc/init.d/rollcall-agent',
  user: 'rollcall-agent',
} as const

/**
 * Without compiled code Node takes 5 MB less, and needs no memory that is both written and executed; the agent computes
 * so little that it makes no other difference (docs/monitoring/agent.md has the figures).
 */
export const nodeOptions = ['--jitless', '--max-semi-space-size=1', '--max-old-space-size=48'] as const

export interface ServiceCommand {
  node: string
  script: string
  /** Groups that let it ask for containers. */
  groups: readonly string[]
}

const runLine = ({ script }: ServiceCommand): string =>
  `${nodeOptions.join(' ')} ${script} run --settings ${places.settings} --state ${places.state}`

/**
 * The unit: a user of its own that may write to its state and nothing else, has no capabilities and gains none. It still
 * sees /proc, /sys and every mount, because that is what it measures.
 */
export const systemdUnit = (command: ServiceCommand): string => `[Unit]
Description=Rollcall agent: tells the hub how this machine is
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
# Hands over what only root may read, before the agent runs as its own user.
ExecStartPre=-+${command.node} ${command.script} prepare
ExecStart=${command.node} ${runLine(command)}
User=${places.user}
Group=${places.user}
${command.groups.length > 0 ? `SupplementaryGroups=${command.groups.join(' ')}\n` : ''}StateDirectory=rollcall-agent
StateDirectoryMode=0700
RuntimeDirectory=rollcall-agent
UMask=0077
Restart=always
RestartSec=10
Nice=5
MemoryMax=256M
TasksMax=64

NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
`

/** The same for OpenRC, as Alpine has it. */
export const openrcScript = (command: ServiceCommand): string => `#!/sbin/openrc-run
name="Rollcall agent"
description="Tells the hub how this machine is"
supervisor=supervise-daemon
command="${command.node}"
command_args="${runLine(command)}"
command_user="${places.user}:${places.user}"
respawn_delay=10
respawn_max=0
output_log="/var/log/rollcall-agent.log"
error_log="/var/log/rollcall-agent.log"

depend() {
  need localmount
  after net
}

start_pre() {
  checkpath --directory --owner ${places.user}:${places.user} --mode 0700 ${places.state}
  checkpath --directory --owner ${places.user}:${places.user} --mode 0755 /run/rollcall-agent
  checkpath --file --owner ${places.user}:${places.user} --mode 0640 /var/log/rollcall-agent.log
  "${command.node}" "${command.script}" prepare || true
}
`
