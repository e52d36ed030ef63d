#!/bin/bash
# usage: demo.sh BIN OUT: trains a small potential on metals and molecules in less than a minute, prints its errors before and after.
set -euo pipefail
bin=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
mkdir -p "$2"
out=$(realpath "$2")

if [ ! -f "$out/potential.extxyz" ] || [ "$here/painn.orr" -nt "$out/potential.extxyz" ] || [ "$bin/orrery" -nt "$out/potential.extxyz" ]; then
  rm -rf "$out/potential" "$out/potential-0"
  "$bin/orrery" train "$here/painn.orr" --out "$out/potential-0" --steps 1 -q > /dev/null
  "$bin/orrery" train "$here/painn.orr" --out "$out/potential"
  "$bin/orrery" predict "$here/painn.orr" potential --split valid --checkpoint "$out/potential" --out "$out/potential.extxyz"
fi
echo
echo "energies (eV per atom) and forces (eV/angstrom) of structures it never saw: after one step, and after training"
"$bin/orrery" test "$here/painn.orr" --split valid "$out/potential-0" | sed 's/^/  before  /'
"$bin/orrery" test "$here/painn.orr" --split valid "$out/potential" | sed 's/^/  after   /'
echo "predictions: $out/potential.extxyz   weights: $out/potential"
