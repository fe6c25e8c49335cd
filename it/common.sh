# shellcheck shell=bash
# What the scripts share. Source it with the repository's top folder as $top.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

# Everything that these scripts write, but for Maven's target folders. Git ignores it.
readonly run=$top/.run

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

bold() { # a headline, where somebody looks
  if [ -t 1 ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi
}

java_release() { # JAVA_HOME → 17, for instance; nothing where there is no JDK
  [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
  else
    "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p'
  fi
}

# The container does not run on Java 24 and later.
readonly java_oldest=17 java_newest=23

find_jdk() { # → the JAVA_HOME to build and run with, or nothing
  local on_path home release
  on_path=$(readlink -f "$(command -v javac || true)" || true)
  for home in "${JAVA_HOME:-}" "${on_path%/bin/javac}" /usr/lib/jvm/*; do
    [ -n "$home" ] || continue
    release=$(java_release "$home")
    if [ -n "$release" ] && [ "$release" -ge "$java_oldest" ] && [ "$release" -le "$java_newest" ]; then
      printf '%s' "$home"
      return 0
    fi
  done
}

use_jdk() {
  JAVA_HOME=$(find_jdk)
  [ -n "$JAVA_HOME" ] || fail "no JDK from $java_oldest to $java_newest found; it/setup installs one"
  export JAVA_HOME
}

take_build_lock() { # two Maven runs in one working tree overwrite each other's output
  mkdir -p "$run"
  exec 7>"$run/build.lock"
  if ! flock -n 7; then
    echo "Another build runs in this working tree; waiting for it to end."
    flock 7
  fi
}
