# What the examples share: where the service is, and two ways to ask it. Sourced by them.
set -euo pipefail
VARVE_URL="${VARVE_URL:-http://127.0.0.1:8080}"

say() {
  printf '\n== %s\n' "$*"
}

# call METHOD PATH [BODY]: sends JSON and prints the answer; an answer of 400 or more ends the example.
call() {
  local answer status
  answer="$(curl -sS -X "$1" "$VARVE_URL$2" -H 'Content-Type: application/json' ${3:+--data-binary "$3"} \
    -w '\n%{http_code}')"
  status="${answer##*$'\n'}"
  printf '%s\n' "${answer%$'\n'*}"
  if ((status >= 400)); then
    echo "$1 $2 answered $status" >&2
    return 1
  fi
}

# field NAME: the value of a number or a text in the JSON that is read.
field() {
  sed -n 's/.*"'"$1"'":"\{0,1\}\([^",}]*\).*/\1/p'
}
