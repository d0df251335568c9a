#!/bin/sh
# Lays out the files of the Debian package of a version of the jar $1 in the folder $2: sh tree.sh JAR FOLDER VERSION MAIL
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
jar=$1 tree=$2 version=$3 mail=$4
share=$tree/usr/share
doc=$share/doc/clonetrace

clonetrace() {
    "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar "$jar" "$@"
}

rm -rf "$tree"
mkdir -p "$tree/usr/bin" "$share/clonetrace" "$share/bash-completion/completions" "$share/zsh/vendor-completions" "$doc"
cp "$here/clonetrace" "$tree/usr/bin/clonetrace"
cp "$jar" "$share/clonetrace/clonetrace.jar"
clonetrace generate-man "$share/man/man1"
# Sourced, so without its first line.
clonetrace generate-completion | sed 1d >"$share/bash-completion/completions/clonetrace"
{
    echo '#compdef clonetrace'
    echo 'autoload -U +X bashcompinit && bashcompinit'
    echo 'source /usr/share/bash-completion/completions/clonetrace'
} >"$share/zsh/vendor-completions/_clonetrace"
cp "$here/copyright" "$doc/copyright"
cat >"$doc/changelog" <<END
clonetrace ($version) unstable; urgency=medium

  * Release $version.

 -- the clonetrace authors <$mail>  Thu, 01 Jan 2026 00:00:00 +0000
END
# Without names and times, so that two builds are the same.
gzip -9n "$doc/changelog" "$share"/man/man1/*.1
