# A supervisor that is killed leaves its folder; the next one removes it, and never that of a supervisor that lives.
# Usage: abandoned.sh DATA WORK
set -eu
export TMPDIR=$2
mkdir -p "$2"
quick() { orrery run runtime-fake-model train -q --data "$1" --steps 1 --out "$2/quick" > /dev/null; rm -r "$2/quick"; }

orrery run runtime-fake-model train -q --data "$1" --steps 100000000 --out "$2/long" &
trap 'kill -9 $! 2> /dev/null || true' EXIT
while ! test -f "$2/long/metrics.jsonl"; do sleep 0.1; done
quick "$1" "$2"
ls "$2" | grep -c orrery-run # 1
rank=$(dirname "$(grep -lsx "PPid:	$!" /proc/[0-9]*/status)")
kill -9 $!
wait $! || true
# Its rank saves what it has before it ends, and writes into the folder until then.
while readlink "$rank/exe" > /dev/null; do sleep 0.1; done
ls "$2" | grep -c orrery-run # 1
quick "$1" "$2"
ls "$2" | grep -c orrery-run || true # 0
