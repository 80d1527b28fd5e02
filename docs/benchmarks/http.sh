#!/usr/bin/env bash
# Compares get-and-put transactions over HTTP: Varve, the same where it asks for tokens, and etcd where
# it is installed.
#
#   ./mvnw -Pbench -DskipTests package
#   docs/benchmarks/http.sh [file.csv]
#
# All run on this machine, on loopback, one node, with an fsync before each answer, and with new
# data in a temporary directory. Rounds go in turn; while one server is measured the others are
# stopped (SIGSTOP), so that they do not take its CPU. Everything is stopped and removed at the end.
#
# Environment: ROUNDS (5), SECONDS_EACH (10), WARMUP (5), CONNECTIONS (1,32,128), KEYS (100000),
# WORKLOAD (get-put), JAVA (java), VARVE_JAVA_OPTIONS, ETCD (etcd), DATA (directory for the data),
# SERVERS (varve varve-token etcd).
set -euo pipefail

rounds=${ROUNDS:-5}
seconds=${SECONDS_EACH:-10}
warmup=${WARMUP:-5}
connections=${CONNECTIONS:-1,32,128}
keys=${KEYS:-100000}
workload=${WORKLOAD:-get-put}
etcd=${ETCD:-etcd}
read -r -a servers <<< "${SERVERS:-varve varve-token etcd}"
java=${JAVA:-${JAVA_HOME:+$JAVA_HOME/bin/}java}
read -r -a varve_options <<< "${VARVE_JAVA_OPTIONS:-}"

target=$(cd "$(dirname "$0")/../.." && pwd)/target
csv=${1:-}
work=$(mktemp -d "${DATA:-${TMPDIR:-/tmp}}/varve-http.XXXXXX")
csv=${csv:-$work/results.csv}
declare -A pids=() urls=()
token=

clean_up() {
  local pid
  for pid in "${pids[@]}"; do
    kill -CONT "$pid" 2> /dev/null || true
    kill -TERM "$pid" 2> /dev/null || true
  done
  for pid in "${pids[@]}"; do
    wait "$pid" 2> /dev/null || true
  done
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  echo "http.sh: $*" >&2
  exit 1
}

# Waits up to 60 s until a command succeeds; ends if process $1 does, and shows the end of its log.
await() {
  local pid=$1 log=$2 attempt
  shift 2
  for ((attempt = 0; attempt < 300; attempt++)); do
    if "$@"; then
      return
    fi
    kill -0 "$pid" 2> /dev/null || break
    sleep 0.2
  done
  tail -n 20 "$log" >&2
  fail "the server did not start; above is the end of its log"
}

varve_port() {
  sed -n 's/.*Tomcat started on port \([0-9][0-9]*\).*/\1/p' "$work/$1.log"
}

varve_is_up() {
  [[ -n $(varve_port "$1") ]]
}

# Starts the server that is called $1 here from the jar $2; further arguments are settings.
start_varve() {
  local name=$1 jar=$2
  shift 2
  "$java" "${varve_options[@]}" -jar "$jar" --server.port=0 --varve.data-dir="$work/$name" "$@" \
    > "$work/$name.log" 2>&1 &
  pids[$name]=$!
  await "${pids[$name]}" "$work/$name.log" varve_is_up "$name"
  urls[$name]=http://127.0.0.1:$(varve_port "$name")
}

# Ten tokens, each for some prefixes, of which the load shows the last: its keys begin with "key".
start_varve_with_tokens() {
  local settings=(--varve.security.mode=token) setting n
  for ((n = 0; n < 10; n++)); do
    token=$("$java" -jar "$1" new-token "load$n" --roles=reader,writer | grep -m 1 '^varve_')
    setting=--varve.security.tokens.load$n
    settings+=(
      "$setting.sha256=$(printf %s "$token" | sha256sum | cut -d' ' -f1)"
      "$setting.roles=reader,writer"
      "$setting.prefixes=a/,key,z/"
    )
  done
  start_varve varve-token "$1" "${settings[@]}"
}

# etcd wants to know its port in advance: two that nobody listens on now.
free_port() {
  local port
  while true; do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then
      echo "$port"
      return
    fi
  done
}

etcd_is_up() {
  (exec 3<> "/dev/tcp/127.0.0.1/${urls[etcd]##*:}") 2> /dev/null
}

start_etcd() {
  local peer
  urls[etcd]=http://127.0.0.1:$(free_port)
  peer=http://127.0.0.1:$(free_port)
  "$etcd" --data-dir "$work/etcd" --log-level error \
    --listen-client-urls "${urls[etcd]}" --advertise-client-urls "${urls[etcd]}" \
    --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" \
    --initial-cluster "default=$peer" > "$work/etcd.log" 2>&1 &
  pids[etcd]=$!
  await "${pids[etcd]}" "$work/etcd.log" etcd_is_up
}

# Measures one server while the other one stands still; further arguments are options.
measure() {
  local server=$1 kind=$1 other
  shift
  if [[ $server == varve-token ]]; then
    kind=varve
    export VARVE_TOKEN=$token
  else
    unset VARVE_TOKEN
  fi
  for other in "${!pids[@]}"; do
    [[ $other == "$server" ]] || kill -STOP "${pids[$other]}"
  done
  kill -CONT "${pids[$server]}"
  "$java" -XX:+UseSerialGC -jar "$target/benchmarks.jar" http \
    --url "${urls[$server]}" --target "$kind" --name "$server" --server-pid "${pids[$server]}" \
    --workload "$workload" --connections "$connections" --keys "$keys" --csv "$csv" "$@"
  echo
}

# The median over the rounds, for each server and number of connections.
summary() {
  # No column used here can hold a comma; those that can come after them.
  awk -F, '
    NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    { print $column["connections"], $column["target"], $column["requests_per_second"],
        $column["service_p50_ms"], $column["service_p99_ms"], $column["service_p99.9_ms"] }
  ' "$csv" | sort -k1,1n -k2,2 | awk '
    function median(name,   n, i, j, t, v) {
      n = split(list[name], v, " ")
      for (i = 2; i <= n; i++)
        for (j = i; j > 1 && v[j - 1] + 0 > v[j] + 0; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
      return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
    }
    function flush_row() {
      if (row != "")
        printf "%11s  %-11s %12.0f %10.2f %10.2f %10.2f\n",
          where[1], where[2], median("rate"), median("p50"), median("p99"), median("p999")
      delete list
    }
    BEGIN {
      printf "%11s  %-11s %12s %10s %10s %10s\n",
        "connections", "server", "requests/s", "p50 ms", "p99 ms", "p99.9 ms"
    }
    $1 " " $2 != row { flush_row(); row = $1 " " $2; split(row, where, " ") }
    { list["rate"] = list["rate"] " " $3; list["p50"] = list["p50"] " " $4
      list["p99"] = list["p99"] " " $5; list["p999"] = list["p999"] " " $6 }
    END { flush_row() }'
}

main() {
  local server round jars
  mapfile -t jars < <(find "$target" -maxdepth 1 -name 'varve-*.jar' ! -name '*-client.jar')
  [[ ${#jars[@]} -eq 1 && -f $target/benchmarks.jar ]] \
    || fail "build first: ./mvnw -Pbench -DskipTests clean package"
  [[ ! -s $csv ]] || fail "$csv exists; name a new file, since the medians are taken over all of it"
  for server in "${servers[@]}"; do
    case $server in
      varve) start_varve varve "${jars[0]}" ;;
      varve-token) start_varve_with_tokens "${jars[0]}" ;;
      etcd)
        if command -v "$etcd" > /dev/null; then
          start_etcd
        else
          echo "etcd is not installed: measuring Varve alone."
        fi
        ;;
      *) fail "SERVERS names $server, which is none of varve, varve-token, etcd" ;;
    esac
  done
  for ((round = 1; round <= rounds; round++)); do
    for server in "${servers[@]}"; do
      [[ -n ${pids[$server]:-} ]] || continue
      echo "Round $round of $rounds"
      if ((round == 1)); then
        measure "$server" --seconds "$seconds" --warmup "$((warmup * 2))"
      else
        measure "$server" --seconds "$seconds" --warmup "$warmup" --skip-load
      fi
    done
  done
  echo "Median of $rounds rounds, $workload"
  summary
}

main
