#!/usr/bin/env bash
# Recordings of many JVMs: exports them as tables, asks the questions of agent/fleet/sql, prints the answers and writes one HTML page.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

usage="usage: scripts/fleet.sh RECORDING|FOLDER... [OPTION...]
  Exports flight recordings, and all in these folders, as tables; asks which services leak threads, which code creates most, which
  limits are near and more (docs/fleet.md); prints the answers and writes them as one HTML page, linked to reports of the JVMs.
  Builds what is missing. Run again, it exports what is new. A folder of tables is taken as it is.
  On a terminal it then reads your own statements, each up to a semicolon; Ctrl-D ends.
  --to DIR           the folder of the tables (default: one below target/fleet for these recordings and folders)
  --html OUT         the page (default: beside it)
  --reports N        reports of single JVMs to write, the worst first (default: 20)
  --label KEY=VALUE  a label for all JVMs, such as service=shop; so is a folder KEY=VALUE in a path; may be repeated
  --sql STATEMENT    only this question, and no page; may be repeated
  --sql-file FILE    the same from a file; may be repeated
  --rows N           rows of an answer to print (default: 20)
  --batch            reads no statements from the terminal"
recordings=() tables='' page='' export=() sql=() rows=20 reports=20 batch=
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            echo "$usage"
            exit 0
            ;;
        --batch) batch=yes ;;
        --to | --html | --reports | --label | --sql | --sql-file | --rows)
            [ $# -gt 1 ] || { say "fleet.sh: $1 lacks its value" "$usage" && exit 2; }
            case $1 in
                --to) tables=$2 ;;
                --html) page=$2 ;;
                --reports) reports=$2 ;;
                --label) export+=(--label "$2") ;;
                --rows) rows=$2 ;;
                *) sql+=("$1" "$2") ;;
            esac
            shift
            ;;
        -*)
            say "fleet.sh: no option $1" "$usage"
            exit 2
            ;;
        *) recordings+=("$1") ;;
    esac
    shift
done
[ ${#recordings[@]} -gt 0 ] || { say "fleet.sh: no recording or folder is given" "$usage" && exit 2; }
if [ -z "$tables" ]; then
    first=$(realpath -- "${recordings[0]}")
    tables=$root/target/fleet/$(basename -- "$first")-$(realpath -- "${recordings[@]}" | sort | cksum | cut -d' ' -f1)
fi
build_fleet
# clonetrace loads DuckDB's library from this folder; Java ignores TMPDIR.
fleet() {
    "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:+UseSerialGC ${TMPDIR:+"-Djava.io.tmpdir=$TMPDIR"} -jar "$fleet_jar" "$@"
}

if [ ${#recordings[@]} = 1 ] && [ -e "${recordings[0]}/_version" ]; then
    tables=${recordings[0]}
else
    mkdir -p "$(dirname -- "$tables")"
    fleet export --to "$tables" ${export[@]+"${export[@]}"} -- "${recordings[@]}"
fi
if [ ${#sql[@]} -gt 0 ]; then
    fleet sql "$tables" --rows "$rows" "${sql[@]}"
    exit
fi
fleet sql "$tables" --rows "$rows"
fleet overview "$tables" --html "${page:-${tables%/}.html}" --reports "$reports"
if [ -z "$batch" ] && [ -t 0 ] && [ -t 1 ]; then
    echo "Your statements; the tables are in docs/tables.md, Ctrl-D ends."
    fleet sql "$tables" --rows "$rows" --interactive
fi
