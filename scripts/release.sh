#!/usr/bin/env bash
# The artifacts of a release, from what is committed: built twice in folders of their own, and published only if the two are identical.
set -euo pipefail
usage="usage: scripts/release.sh [VERSION]
             makes target/release/ from the newest commit (5 minutes on two cores)
  VERSION    default: that of pom.xml without -SNAPSHOT"
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

case ${1:-} in
    -h | --help)
        echo "$usage"
        exit 0
        ;;
esac
version=${1:-$(sed -n 's|.*<revision>\(.*\)-SNAPSHOT</revision>.*|\1|p' "$root/pom.xml")}
if [ $# -gt 1 ] || ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[A-Za-z0-9.]+)?$ ]]; then
    say "release.sh: no version $*" "$usage"
    exit 2
fi
need_jdk
need git git
commit=$(git -C "$root" rev-parse HEAD)
[ -z "$(git -C "$root" status --porcelain)" ] || say "uncommitted changes are not part of the release"
grep -q "^## ${version//./\\.}\b" "$root/CHANGELOG.md" || say "CHANGELOG.md has no heading \"## $version\"; RELEASING.md has the steps"

# Archives keep the modes of files.
umask 022
modules=(agent agent/jmc-rules agent/junit agent/fleet)
work=$root/target/release-build

checksums=.mvn/checksums/checksums.sha256

# build_copy N OPTION...: the artifacts of the commit in $work/N/release, by Maven with these options. Not offline (-o): Maven would leave
# the bills of materials out.
build_copy() {
    local copy=$work/$1 module name
    say "building $version in ${copy#"$root"/}"
    rm -rf "$copy"
    mkdir -p "$copy/release"
    git -C "$root" archive "$commit" | tar -x -C "$copy"
    printf '%s\n' "${@:2}" >>"$copy/.mvn/maven.config"
    (cd "$copy" && ./mvnw -q -B -ntp -Prelease -Drevision="$version" -Dclonetrace.commit="${commit:0:12}" \
        -pl "$(IFS=,; echo "${modules[*]}")" package -Dmaven.test.skip -Dspotless.check.skip)
    for module in "${modules[@]}"; do
        name=clonetrace${module#agent}
        name=${name/\//-}
        for kind in "" -sources -javadoc; do
            cp "$copy/$module/target/$name$kind.jar" "$copy/release/$name-$version$kind.jar"
        done
        cp "$copy/$module/target/published-pom.xml" "$copy/release/$name-$version.pom"
        cp "$copy/$module/target/bill-of-materials.json" "$copy/release/$name-$version.cdx.json"
    done
    mkdir "$copy/image"
    cp "$copy/agent/target/clonetrace.jar" "$copy/image"
    package_from "$copy" agent/dist
    package_from "$copy" agent/dist/image -Dimage.architecture=amd64
    package_from "$copy" agent/dist/image -Dimage.architecture=arm64
    (cd "$copy/release" && sha256sum -- * >SHA256SUMS)
}

# package_from COPY MODULE OPTION...: what a module of agent/dist makes from the jars in COPY.
package_from() {
    (cd "$1" && ./mvnw -q -B -ntp -f "$2/pom.xml" -Drevision="$version" -Dclonetrace.commit="${commit:0:12}" \
        -Drelease.folder="$1/release" -Dimage.folder="$1/image" package -Dspotless.check.skip "${@:3}")
}

build_copy 1
# Another time zone and language must leave no trace, as another folder must not. The first build has compared what Maven fetched with
# the checksums; this one adds those that are missing.
(
    export TZ=Asia/Kathmandu LC_ALL=C.UTF-8
    build_copy 2 -Daether.artifactResolver.postProcessor.trustedChecksums.record=true
)
unlisted=$(grep -vxF -f "$work/1/$checksums" "$work/2/$checksums" | grep -v ' io/clonetrace/' || true)
[ -z "$unlisted" ] || say "not protected: $checksums lacks" "$unlisted" "check them, and add these lines"
if ! diff "$work/1/release/SHA256SUMS" "$work/2/release/SHA256SUMS" >&2; then
    say "release.sh: two builds of one commit differ; they are in ${work#"$root"/}"
    exit 1
fi
# With a JRE, from a registry of images: its tag moves, so this one is the same only as long as the base is.
base=eclipse-temurin:17-jre
image=clonetrace-$version-image-jre.tar
package_from "$work/1" agent/dist/image -Dimage.base=$base -Dimage.file="$work/1/release/$image" >"$work/image-jre.log" 2>&1 &&
    (cd "$work/1/release" && sha256sum "$image" >>SHA256SUMS) ||
    say "skipped: the image with a JRE: no base $base ($(sed -n 's/.*\(registry[^ ]*: [^>]*\) ->.*/\1/p' "$work/image-jre.log" | head -1))"
rm -rf "$root/target/release"
mv "$work/1/release" "$root/target/release"
rm -rf "$work"
cat "$root/target/release/SHA256SUMS"
say "two builds of $version were identical: ${root#"$PWD"/}/target/release"
