#!/bin/sh
# Builds the native programs into the folder $1; without a C compiler, prints one line.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
compiler=${CC:-cc}
for tool in make "$compiler"; do
    if ! command -v "$tool" >/dev/null 2>&1; then
        echo "native programs not built: no $tool here (on Debian: apt-get install build-essential)"
        exit 0
    fi
done
exec make -s -C "$here" OUT="$1" CC="$compiler"
