#!/usr/bin/env bash
# Builds the images and tries them where there is no container engine and no registry.
#
#   deploy/test-images.sh [jvm] [native] [cuda]        (as root; without a word: jvm, and native if GRAALVM_HOME is set)
#
# buildah builds each Dockerfile unchanged, with chroot for a sandbox. The base images are stand-ins, made here by debootstrap
# and kept under the names that the Dockerfiles use: Debian, with this machine's JDK 25, Maven, Python's pip, or the builder
# that GRAALVM_HOME names. Where an image of such a name is there already, it is taken. Then deploy/check_image.py starts
# each image, as another user and with a read-only root, and asks for a picture.
#
# Real base images and a real engine may still differ in: the C library (Red Hat's 2.34 in the native image, Ubuntu's in the
# others, Debian's 2.36 here), the JRE (without a compiler), whether bash is there for the health check, the sizes of base
# layers, downloads in place of this machine's Maven repository, the engine's limits of memory, processes and system calls, and
# for .cuda all that a card does.
set -euo pipefail
cd "$(dirname "$0")/.."

FLAGS=(--pull-never --isolation chroot --format docker --layers)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/inkstream-ci
SUITE=bookworm

fail() { echo "test-images: $*" >&2; exit 1; }
say() { echo "-- $* (${SECONDS}s)"; }

install_tools() {
  local missing=()
  for tool in buildah debootstrap; do
    command -v "$tool" > /dev/null || missing+=("$tool")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get > /dev/null || fail "${missing[*]} not found, and no apt-get to install it"
  say "installing ${missing[*]}"
  { apt-get update -q && apt-get install -y -q --no-install-recommends "${missing[@]}"; } > /dev/null ||
    fail "${missing[*]} cannot be installed"
}

find_jdk() {
  local java
  java=$(readlink -f "$(command -v java || true)")
  for JDK in "${JAVA_HOME:-}" "${java%/bin/java}" /usr/lib/jvm/* /opt/java/* /opt/*jdk*; do
    ! grep -qs '^JAVA_VERSION="25' "$JDK/release" || [ ! -x "$JDK/bin/javac" ] || return 0
  done
  fail "JDK 25 not found: set JAVA_HOME to its folder"
}

exists() { buildah inspect --type image "$1" > /dev/null 2>&1; }

# stand_in NAME FUNCTION [buildah config's words]: FUNCTION fills the root that it is given.
stand_in() {
  local name=$1 fill=$2 container root
  shift 2
  exists "$name" && return
  say "a stand-in for $name"
  debian
  container=$(buildah from scratch)
  root=$(buildah mount "$container")
  cp -a "$CACHE/$SUITE/." "$root"
  "$fill" "$root"
  buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" "$container"
  buildah commit -q --format docker --rm "$container" "$name" > /dev/null
}

# Everything that any stand-in needs of Debian; once, as making it takes longest.
debian() {
  [ ! -e "$CACHE/$SUITE.complete" ] || return 0
  rm -rf "${CACHE:?}/$SUITE"
  mkdir -p "$CACHE"
  debootstrap --variant=minbase --include=ca-certificates,libstdc++6,zlib1g "$SUITE" "$CACHE/$SUITE" \
    > "$CACHE/debootstrap.log" 2>&1 || { tail -5 "$CACHE/debootstrap.log" >&2; fail "debootstrap failed"; }
  rm -rf "$CACHE/$SUITE"/var/{cache/apt/archives/*.deb,lib/apt/lists/*}
  touch "$CACHE/$SUITE.complete"
}

packages() {
  local root=$1
  shift
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  chroot "$root" sh -c "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $*" \
    > "$CACHE/apt.log" 2>&1 || { tail -5 "$CACHE/apt.log" >&2; fail "Debian's $* cannot be installed"; }
}

nothing() { :; }
with_java() { mkdir -p "$1/opt/java"; cp -a "$JDK" "$1/opt/java/openjdk"; rm -rf "$1"/opt/java/openjdk/{jmods,lib/src.zip}; }
with_maven() {
  with_java "$1"
  local home
  home=$(JAVA_HOME=$JDK mvn --version | sed 's/\x1b\[[0-9;]*m//g; s/^Maven home: //p; d')
  cp -rL "$home" "$1/usr/share/maven"
  ln -s /usr/share/maven/bin/mvn "$1/usr/bin/mvn"
}
# It trusts whom this machine trusts: there may be a proxy between it and the index.
with_pip() {
  packages "$1" python3 python3-pip
  cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/ca-certificates.crt"
}
# The builder's own files name its folder.
with_graalvm() {
  packages "$1" gcc libc6-dev libstdc++-12-dev zlib1g-dev
  cp -a "$GRAALVM_HOME" "$1/opt/mandrel"
  grep -rlIF "$GRAALVM_HOME" "$1/opt/mandrel/bin" "$1/opt/mandrel/lib/svm" |
    xargs -r sed -i "s|$GRAALVM_HOME|/opt/mandrel|g"
}

java=(--env JAVA_HOME=/opt/java/openjdk --env PATH=/opt/java/openjdk/bin:/usr/sbin:/usr/bin:/sbin:/bin)
bases_jvm() {
  stand_in docker.io/library/maven:3-eclipse-temurin-25 with_maven "${java[@]}"
  stand_in docker.io/library/eclipse-temurin:25-jre with_java "${java[@]}"
}
bases_native() {
  [ -x "${GRAALVM_HOME:-}/bin/native-image" ] ||
    fail "GRAALVM_HOME is '${GRAALVM_HOME:-}', must be the folder of a GraalVM or Mandrel 25"
  stand_in docker.io/library/maven:3-eclipse-temurin-25 with_maven "${java[@]}"
  stand_in quay.io/quarkus/ubi9-quarkus-mandrel-builder-image:jdk-25 with_graalvm \
    --env JAVA_HOME=/opt/mandrel --env GRAALVM_HOME=/opt/mandrel --user 1001
  stand_in quay.io/quarkus/ubi9-quarkus-micro-image:2.0 nothing --user 1001
}
bases_cuda() {
  bases_jvm
  stand_in docker.io/library/python:3-slim with_pip
}

build() {
  local words=() log="$CACHE/build-$1.log"
  # What Maven has fetched already on this machine, and how it fetches; builds run as root, in root's home.
  local root_home=~root
  [ ! -d "$HOME/.m2" ] || words+=(--volume "$HOME/.m2:$root_home/.m2")
  [ -z "${NATIVE_ARGS:-}" ] || words+=(--build-arg "NATIVE_ARGS=$NATIVE_ARGS")
  say "building inkstream:$1"
  buildah bud "${FLAGS[@]}" "${words[@]}" --build-arg "REVISION=$(git rev-parse HEAD 2> /dev/null || echo unknown)" \
    --file "src/main/docker/Dockerfile.$1" --tag "inkstream:$1" . > "$log" 2>&1 || { tail -30 "$log" >&2; fail "no image inkstream:$1"; }
}

[ "$(id -u)" = 0 ] || fail "must run as root, for chroot and mounts"
install_tools
find_jdk
if [ $# = 0 ]; then
  set -- jvm
  [ -z "${GRAALVM_HOME:-}" ] || set -- jvm native
fi
mkdir -p "$CACHE"
for image in "$@"; do
  case $image in
    jvm | native | cuda) ;;
    *) fail "image is '$image', must be jvm, native or cuda" ;;
  esac
  "bases_$image"
  build "$image"
  say "checking inkstream:$image"
  python3 deploy/check_image.py "$image"
done
say "passed: $*"
