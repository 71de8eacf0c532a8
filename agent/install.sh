#!/bin/sh
# Installs the Rollcall agent on this machine, from the hub that serves this file:
#   curl -fsSL https://HUB/agent/install.sh | sh -s -- --token TOKEN
set -eu

hub='@HUB@'
token=''
folder=/opt/rollcall-agent
ca=''
fingerprint=''
containers=''
name=''
service=yes

say() { printf '%s\n' "$*"; }
fail() {
  printf 'rollcall-agent: %s\n' "$*" >&2
  exit 1
}
usage() {
  say 'Usage: install.sh --token TOKEN [--hub URL] [--name ID] [--ca FILE] [--fingerprint SHA256]'
  say '       [--containers] [--no-service] [--folder FOLDER]'
}

# Gets a file of the hub whole, or fails.
get() {
  if command -v curl >/dev/null 2>&1; then
    set -- -fsSL --retry 2 -o "$2" "$hub/agent/$1"
    [ -z "$ca" ] || set -- --cacert "$ca" "$@"
    curl "$@"
  elif command -v wget >/dev/null 2>&1; then
    set -- -q -O "$2" "$hub/agent/$1"
    [ -z "$ca" ] || set -- --ca-certificate="$ca" "$@"
    wget "$@"
  else
    fail 'neither curl nor wget is here to fetch the agent.'
  fi
}

# The certificate that the fingerprint is of, for curl and wget to believe.
pin_certificate() {
  command -v openssl >/dev/null 2>&1 || fail '--fingerprint needs openssl here; give --ca FILE instead.'
  address=${hub#https://}
  address=${address%%/*}
  case $address in
    *:[0-9]*) ;;
    *) address=$address:443 ;;
  esac
  openssl s_client -connect "$address" </dev/null 2>/dev/null | openssl x509 >"$work/hub.pem" 2>/dev/null ||
    fail "$address shows no certificate."
  seen=$(openssl x509 -in "$work/hub.pem" -noout -fingerprint -sha256 | cut -d = -f 2 | tr -d : | tr A-F a-f)
  [ "$seen" = "$(printf '%s' "$fingerprint" | tr -d : | tr A-F a-f)" ] ||
    fail "the certificate of the hub is another one: its SHA-256 is $seen"
  ca=$work/hub.pem
}

sum_of() {
  if command -v sha256sum >/dev/null 2>&1; then
    sha256sum "$1" | cut -d ' ' -f 1
  elif command -v shasum >/dev/null 2>&1; then
    shasum -a 256 "$1" | cut -d ' ' -f 1
  elif command -v openssl >/dev/null 2>&1; then
    openssl dgst -sha256 -r "$1" | cut -d ' ' -f 1
  else
    fail 'there is no sha256sum, shasum or openssl to check what was fetched.'
  fi
}

# Gets a file and its checksum, which must be the same.
get_checked() {
  get "$1" "$work/$1" || fail "$hub/agent/$1 could not be fetched."
  get "$1.sha256" "$work/$1.sha256" || fail "$hub/agent/$1.sha256 could not be fetched."
  expected=$(cut -d ' ' -f 1 <"$work/$1.sha256")
  [ "$(sum_of "$work/$1")" = "$expected" ] || fail "$1 was damaged on its way: its checksum is another one."
}

# A Node that can run the agent: it says its own version.
runs_agent() {
  [ -n "$1" ] && "$1" "$work/rollcall-agent.mjs" --version >/dev/null 2>&1
}

# All of it is read before anything is done: what was cut off on its way does nothing.
main() {
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) usage && exit 0 ;;
      --containers) containers=--containers && shift ;;
      --no-service) service=no && shift ;;
      --token | --hub | --name | --ca | --fingerprint | --folder)
        [ $# -ge 2 ] || fail "$1 needs a value."
        case $1 in
          --token) token=$2 ;;
          --hub) hub=${2%/} ;;
          --name) name=$2 ;;
          --ca) ca=$2 ;;
          --fingerprint) fingerprint=$2 ;;
          --folder) folder=$2 ;;
        esac
        shift 2
        ;;
      *) usage >&2 && fail "there is no option $1." ;;
    esac
  done

  [ -n "$token" ] || fail '--token is missing; the page "Add a server" makes one.'
  case $hub in
    http://* | https://*) ;;
    *) fail '--hub is missing: the address of Rollcall, such as https://rollcall.example.net.' ;;
  esac
  [ "$(uname -s)" = Linux ] || fail 'this script is for Linux; docs/monitoring/agent.md says how it goes elsewhere.'
  if [ "$service" = yes ] && [ "$(id -u)" != 0 ]; then
    fail 'a service is installed by root: pipe into "sudo sh -s -- ...", or add --no-service.'
  fi

  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' HUP INT TERM
  own_ca=$ca
  [ -z "$fingerprint" ] || pin_certificate

  get_checked rollcall-agent.mjs
  node=$(command -v node 2>/dev/null || true)
  if ! runs_agent "$node"; then
    case $(uname -m) in
      x86_64 | amd64) arch=x64 ;;
      aarch64 | arm64) arch=arm64 ;;
      *) fail "there is no Node 18.17 or newer here, and the hub has none for $(uname -m): install one first." ;;
    esac
    say 'There is no Node 18.17 or newer here; fetching the one of the hub...'
    get_checked "node-linux-$arch"
    chmod 0755 "$work/node-linux-$arch"
    runs_agent "$work/node-linux-$arch" ||
      fail 'the Node of the hub does not run on this system (Alpine: apk add nodejs); install Node 18.17 or newer first.'
    mkdir -p "$folder"
    mv -f "$work/node-linux-$arch" "$folder/node"
    node=$folder/node
  fi

  mkdir -p "$folder"
  chmod 0755 "$folder" "$work/rollcall-agent.mjs"
  mv -f "$work/rollcall-agent.mjs" "$folder/rollcall-agent.mjs"
  agent=$folder/rollcall-agent.mjs

  # The token goes by a file: a command line can be seen by everybody on the machine.
  (umask 077 && printf '%s\n' "$token" >"$work/token")
  set -- enrol --hub "$hub" --token-file "$work/token"
  [ -z "$name" ] || set -- "$@" --name "$name"
  [ -z "$own_ca" ] || set -- "$@" --ca "$own_ca"
  [ -z "$fingerprint" ] || set -- "$@" --fingerprint "$fingerprint"
  "$node" "$agent" "$@"

  if [ "$service" = yes ]; then
    if [ -n "$containers" ]; then set -- install "$containers"; else set -- install; fi
    "$node" "$agent" "$@"
  else
    say "Start it with: $node $agent run"
  fi
}

main "$@"
