"""`bench --json` on standard input must have timed the batch that `gradient` wrote: same_batch.py DUMP."""
import json
import sys

from safetensors.numpy import load_file

dump = load_file(sys.argv[1])
timed = json.loads(sys.stdin.read().splitlines()[-1])["sizes"]
written = {"atom": len(dump["field.pos"]), "edge": len(dump["map.edge.src.index"]), "frame": len(dump["field.energy"])}
if {name: timed[name] for name in written} != written:
    sys.exit(f"bench timed {timed}, gradient wrote {written}")
