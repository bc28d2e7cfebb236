# Sourced by the scripts here: where things are, and Lintel built as it is released.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
shared=${SHARED:-$repo/../shared}
work=${WORK:-$(dirname "$(mktemp -u)")/lintel-bench}
[[ -f $shared/bench/build_bench.py ]] || { echo "bench: no measuring tools in $shared (set SHARED)" >&2; exit 2; }
mkdir -p "$work"
if [[ -z ${LINTEL:-} ]]; then
  LINTEL=$work/lintel
  (cd "$repo" && CGO_ENABLED=0 go build -trimpath -o "$LINTEL" ./cmd/lintel)
fi
export LINTEL

# corpus NAME: prints the folder of a corpus; generated:N[:K] is made when missing,
# with N pages and K times two seeded mistakes.
corpus() {
  case $1 in
    generated:*)
      local n k
      IFS=: read -r _ n k <<<"$1"
      local dir=$work/corpora/generated-$n${k:+-broken-$k}
      [[ -f $dir/mkdocs.yml ]] || python3 "$shared/bench/gen_corpus.py" "$dir" --pages "$n" ${k:+--broken "$k"} >&2
      echo "$dir"
      ;;
    *) (cd "$1" && pwd) ;;
  esac
}
