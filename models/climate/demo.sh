#!/bin/bash
# usage: demo.sh BIN OUT: trains the winds model, predicts the test years, prints a table and draws winds.png.
set -euo pipefail
bin=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
mkdir -p "$2"
out=$(realpath "$2")

# The last demo's weights serve as long as neither the model nor the compiler is newer.
if [ ! -f "$out/winds.nc" ] || [ "$here/winds.orr" -nt "$out/winds.nc" ] || [ "$bin/orrery" -nt "$out/winds.nc" ]; then
  rm -rf "$out/run"
  "$bin/orrery" train "$here/winds.orr" --out "$out/run"
  "$bin/orrery" predict "$here/winds.orr" downscale --split test --checkpoint "$out/run" --out "$out/winds.nc"
fi
"$bin/winds-demo" "$here/data/winds_coarse.nc" "$here/data/winds_fine.nc" "$out/winds.nc" "$out/winds.png"
echo
echo "picture: $out/winds.png   fields: $out/winds.nc   weights: $out/run"
