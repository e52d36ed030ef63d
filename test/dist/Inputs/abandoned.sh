# A supervisor that is killed leaves its folder; the next one removes it, and never that of a supervisor that lives.
# Usage: abandoned.sh DATA WORK
set -eu
export TMPDIR=$2
mkdir -p "$2"
quick() { orrery run runtime-fake-model train -q --data "$1" --steps 1 --out "$2/quick" > /dev/null; rm -r "$2/quick"; }

orrery run runtime-fake-model train -q --data "$1" --steps 100000000 --out "$2/long" &
while ! test -f "$2/long/metrics.jsonl"; do sleep 0.1; done
quick "$1" "$2"
ls "$2" | grep -c orrery-run # 1
kill -9 $!
wait $! || true
ls "$2" | grep -c orrery-run # 1
quick "$1" "$2"
ls "$2" | grep -c orrery-run || true # 0
