#!/usr/bin/env bash
# Tries what is in docs/metrics with the tools that read it: Prometheus, its JMX exporter, promtool, OpenTelemetry's agent.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

seconds=75
usage="usage: scripts/metrics.sh [--all] [--types]
  Runs a leaking program and healthy ones with clonetrace, each with Prometheus's JMX exporter, and another leaking one with
  OpenTelemetry's agent; scrapes them all by Prometheus, on loopback; and waits until the alert ThreadLeak fires for those that
  leak, and for no other. The rules run sixty times as fast as in docs/metrics/alerts.yml: minutes are seconds. Then it queries
  each expression of the dashboard. Two minutes on two idle cores. What is fetched stays in target/metrics; everything that is
  started is ended.
  --all    all healthy programs of the corpus that are observed from their start (scripts/verdict.sh), six at a time
  --types  also compiles, with TypeScript, the dashboard against the types of npm's @grafana/schema, and the YAML of
           docs/kubernetes.md against those of npm's kubernetes-models, which it fetches"
all= types=
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            echo "$usage"
            exit 0
            ;;
        --all) all=yes ;;
        --types) types=yes ;;
        *)
            say "metrics.sh: no option $1" "$usage"
            exit 2
            ;;
    esac
    shift
done
build
need curl curl && need jq jq
metrics=$root/docs/metrics
out=$root/target/metrics
mkdir -p "$out"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
corpus=io.clonetrace.demoapp.verdict.Corpus
few="slow-pool server-pool second-pool cached-pool-steady connections-long batches"

# Debian's prometheus and promtool, without installing them: the package would start a server that listens on all addresses.
if ! command -v prometheus >/dev/null || ! command -v promtool >/dev/null; then
    if [ ! -x "$out/prometheus/usr/bin/promtool" ]; then
        command -v apt-get >/dev/null || { say "skipped: there is no prometheus here; install it: https://prometheus.io/download" && exit 77; }
        say "fetching Debian's package prometheus into target/metrics (there is none here; nothing is installed)"
        [ "$(id -u)" != 0 ] || apt-get update -qq || true
        (cd "$out" && apt-get download -qq prometheus && rm -rf prometheus && dpkg-deb -x prometheus_*.deb prometheus) ||
            { say "skipped: apt-get could not fetch prometheus; install it: sudo apt-get install prometheus" && exit 77; }
    fi
    PATH=$out/prometheus/usr/bin:$PATH
fi

# agent ARTIFACT VERSION-PROPERTY: the jar of the Maven repository, in the version that agent/pom.xml names.
agent() {
    local version jar
    version=$(sed -n "s:.*<$2>\(.*\)</$2>.*:\1:p" "$root/agent/pom.xml")
    jar=$out/${1#*:}-$version.jar
    [ -e "$jar" ] || (cd "$root" && ./mvnw -q -B -ntp -N dependency:copy "-Dartifact=$1:$version" "-DoutputDirectory=$out") >&2
    echo "$jar"
}
exporter=$(agent io.prometheus.jmx:jmx_prometheus_javaagent host.jmxexporter.version)
opentelemetry=$(agent io.opentelemetry.javaagent:opentelemetry-javaagent host.opentelemetry.version)

failures=0
failed() {
    echo "WRONG: $*"
    failures=$((failures + 1))
}

echo "== rules: promtool"
promtool check rules "$metrics/alerts.yml"
(cd "$metrics" && promtool test rules alerts-test.yml)

started=()
# shellcheck disable=SC2317
finish() {
    local pid
    for pid in ${started[@]+"${started[@]}"}; do
        kill "$pid" 2>/dev/null || true
    done
    wait
    started=()
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# free_port: one that nothing listens on.
next_port=19400
free_port() {
    while :; do
        next_port=$((next_port + 1))
        (exec 3<>"/dev/tcp/127.0.0.1/$next_port") 2>/dev/null || break
    done
}

targets=
# start NAME KIND COMMAND...: runs it in the background; KIND is the label by which the alerts are checked.
start() {
    local name=$1 kind=$2
    shift 2
    "$@" >"$out/$name.out" 2>&1 &
    started+=($!)
    targets+="  - {targets: ['127.0.0.1:$next_port'], labels: {program: '$name', kind: '$kind'}}"$'\n'
}
with_exporter() {
    free_port
    start "$1" "$2" "$java" -Xmx128m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "-javaagent:$agent_jar=jmx=true,wait=30s" \
        "-javaagent:$exporter=127.0.0.1:$next_port:$metrics/jmx-exporter.yml" "${@:3}"
}
with_opentelemetry() {
    free_port
    start "$1" "$2" "$java" -Xmx192m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "-javaagent:$agent_jar=jmx=true,wait=30s" \
        "-javaagent:$opentelemetry" "-Dotel.jmx.config=$metrics/otel-jmx.yml" -Dotel.jmx.discovery.delay=1000 \
        -Dotel.metrics.exporter=prometheus -Dotel.exporter.prometheus.host=127.0.0.1 \
        "-Dotel.exporter.prometheus.port=$next_port" -Dotel.traces.exporter=none -Dotel.logs.exporter=none "${@:3}"
}

# query EXPRESSION: the results as JSON; fails if Prometheus can't evaluate it.
query() {
    curl -sf --get --data-urlencode "query=$1" "http://127.0.0.1:$server_port/api/v1/query" | jq -e '.data.result'
}
firing='ALERTS{alertstate="firing", severity!="info"}'
# alerts SELECTION: the alerts but those of severity info, with the program and its creator or limit.
alerts() {
    query "$1" |
        jq -r '.[].metric | "\(.alertname) \(.kind) \(.program) \(.clonetrace_creator // .clonetrace_limit // "")"' | sort -u
}

# round NAME...: the leaking programs and these healthy ones.
round() {
    local name server=$out/server leaky='io.clonetrace.demoapp.Leaky.handle:'
    started=() targets=
    rm -rf "$server"
    mkdir -p "$server"
    with_exporter leaky leaks -jar "$demo_jar" --leak 100000
    with_opentelemetry leaky-opentelemetry leaks -jar "$demo_jar" --leak 100000
    for name in "$@"; do
        with_exporter "$name" healthy -cp "$demo_jar" $corpus "$name" $seconds
    done
    # Minutes are seconds.
    sed -E 's/\b([0-9]+)m\b/\1s/g' "$metrics/alerts.yml" >"$server/alerts.yml"
    printf '%s\n' 'global: {scrape_interval: 2s, evaluation_interval: 1s}' 'rule_files: [alerts.yml]' 'scrape_configs:' \
        '- job_name: jvm' '  static_configs:' "$targets" >"$server/prometheus.yml"
    promtool check config "$server/prometheus.yml" >"$server/check" || { cat "$server/check" && return 1; }
    free_port
    server_port=$next_port
    prometheus --config.file="$server/prometheus.yml" --storage.tsdb.path="$server/data" \
        --web.listen-address="127.0.0.1:$server_port" >"$server/log" 2>&1 &
    started+=($!)
    echo "== $(prometheus --version 2>&1 | sed -n '1s/ (.*//p'): leaky, leaky-opentelemetry; healthy: $*"
    local deadline=$((SECONDS + 240)) fired=
    until curl -sf "http://127.0.0.1:$server_port/-/ready" >"$server/ready" 2>&1; do
        [ $SECONDS -lt $deadline ] || { tail -3 "$server/log" && return 1; }
        sleep 0.5
    done
    # As long as the healthy programs run: they may be wrong late.
    while [ $SECONDS -lt $deadline ]; do
        fired=$(alerts "$firing") || fired=
        if grep -q "^ThreadLeak leaks leaky $leaky" <<<"$fired" &&
            grep -q "^ThreadLeak leaks leaky-opentelemetry $leaky" <<<"$fired" && over "$@"; then
            break
        fi
        sleep 1
    done
    local all_fired
    all_fired=$(alerts "max_over_time($firing[10m])")
    sed 's/^/fired: /' <<<"$all_fired"
    for name in leaky leaky-opentelemetry; do
        grep -q "^ThreadLeak leaks $name $leaky" <<<"$all_fired" || failed "no alert for $name; see target/metrics/$name.out"
    done
    if grep ' healthy ' <<<"$all_fired"; then
        failed "an alert for a healthy program"
    fi
    for name in "$@"; do
        [ "$(query "max_over_time(up{program=\"$name\"}[10m])" | jq -r '.[0].value[1]')" = 1 ] ||
            failed "$name was never scraped; see target/metrics/$name.out"
    done
}
# over NAME...: whether these programs have been scraped, and have ended.
over() {
    local name
    for name in "$@"; do
        [ "$(query "max_over_time(up{program=\"$name\"}[10m]) - up{program=\"$name\"}" | jq -r '.[0].value[1]')" = 1 ] || return 1
    done
}

# Each expression of the dashboard gives data for a program, by either way, and each panel and target is told apart.
dashboard() {
    local file=$metrics/dashboard.json program expression
    echo "== dashboard"
    jq -e '
        (.panels | map(.id) | length == (unique | length)) and
        (.panels | all((.targets | length > 0) and (.targets | map(.refId) | length == (unique | length)) and
            (.title != "") and (.description != "") and (.gridPos | .x + .w <= 24) and
            all(.targets[]; .datasource.uid == "${datasource}"))) and
        (.templating.list | map(.name) == ["datasource", "instance"]) and (.uid | length <= 40)' "$file" >"$out/dashboard.check" ||
        failed "docs/metrics/dashboard.json: an id or a refId is there twice, or a panel lacks something"
    while read -r expression; do
        for program in leaky leaky-opentelemetry; do
            local instance results
            instance=$(query "clonetrace_thread_count{program=\"$program\"}" | jq -r '.[0].metric.instance')
            results=$(query "$(sed "s/\\\$instance/$instance/g; s/\\\$__rate_interval/30s/g; s/offset 30m/offset 20s/g" <<<"$expression")") ||
                { failed "Prometheus refuses $expression" && continue; }
            if [ "$(jq length <<<"$results")" = 0 ]; then
                failed "no data of $program for $expression"
            fi
        done
    done < <(jq -r '.panels[].targets[].expr' "$file")
    echo "$(jq '[.panels[].targets[]] | length' "$file") expressions, each with data of leaky and leaky-opentelemetry"
}

# The dashboard as a TypeScript constant of the type that Grafana publishes.
dashboard_types() {
    need npm npm
    local folder=$out/types
    echo "== dashboard: types of @grafana/schema"
    mkdir -p "$folder"
    (cd "$folder" && { [ -d node_modules/@grafana/schema ] ||
        npm install --silent --no-audit --no-fund --ignore-scripts @grafana/schema@13.2.3 typescript@5.9.3; })
    {
        echo 'import type { Dashboard } from "@grafana/schema";'
        echo 'export const dashboard: Dashboard ='
        cat "$metrics/dashboard.json"
    } >"$folder/dashboard.ts"
    (cd "$folder" && npx tsc --noEmit --strict --skipLibCheck --moduleResolution bundler --module esnext dashboard.ts) &&
        echo "it compiles" || failed "docs/metrics/dashboard.json is not of Grafana's type"
}

# The YAML of docs/kubernetes.md, each block as a constant of the type that Kubernetes' OpenAPI description gives it: a
# field that there is none of, or one in the wrong place, does not compile.
kubernetes_types() {
    need npm npm
    local folder=$out/kubernetes-types
    echo "== docs/kubernetes.md: types of kubernetes-models"
    mkdir -p "$folder"
    (cd "$folder" && { [ -d node_modules/kubernetes-models ] ||
        npm install --silent --no-audit --no-fund --ignore-scripts kubernetes-models@5.1.0 yaml@2.9.1 typescript@5.9.3; })
    cat >"$folder/blocks.mjs" <<'JS'
        import { readFileSync } from "node:fs";
        import { parse } from "yaml";
        const text = readFileSync(process.argv[2], "utf8");
        const say = (type, value) => console.log(`export const c${n++}: ${type} = ${JSON.stringify(value, null, 1)};`);
        let n = 1;
        console.log('import type { IPod } from "kubernetes-models/v1/Pod";');
        console.log('import type { IContainer } from "kubernetes-models/v1/Container";');
        for (const [, block] of text.matchAll(/^```yaml\n(.*?)^```/gms)) {
            const { spec, ...more } = parse(block);
            if (Object.keys(more).length > 0) throw new Error("more than a spec: " + Object.keys(more));
            // A DaemonSet is shown by its template alone.
            say(`Omit<IPod, "apiVersion" | "kind">`, spec.template ?? { spec });
        }
        for (const [, json] of text.matchAll(/`(\{"securityContext.*?\})`/g)) say("Partial<IContainer>", JSON.parse(json));
        if (n < 6) throw new Error("docs/kubernetes.md has other blocks than this script knows");
JS
    (cd "$folder" && node blocks.mjs "$root/docs/kubernetes.md" >blocks.ts &&
        npx tsc --noEmit --strict --skipLibCheck --moduleResolution bundler --module esnext blocks.ts) &&
        echo "$(grep -c '^export' "$folder/blocks.ts") blocks compile" ||
        failed "the YAML of docs/kubernetes.md is not of Kubernetes' types"
}

if [ "$types" ]; then
    dashboard_types
    kubernetes_types
fi
if [ "$all" ]; then
    mapfile -t healthy < <("$java" -cp "$demo_jar" $corpus --list | awk -F '\t' '$2 == "healthy" && $3 == "start" { print $1 }')
else
    read -ra healthy <<<"$few"
fi
for ((i = 0; i < ${#healthy[@]}; i += 6)); do
    round "${healthy[@]:i:6}"
    [ "$i" -gt 0 ] || dashboard
    finish
done
[ "$failures" = 0 ] || { echo "$failures wrong" && exit 1; }
echo "all right"
