"""Ctrl-C ends a training at the next step, with a checkpoint; meanwhile other threads of Python run."""
import os
import signal
import sys
import threading
import time

import orrery

from small import data, prepare

# A job of a shell's background begins with SIGINT ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)

folder = sys.argv[1]
model = prepare(folder)
sets, arrays = data(model)

# Another thread counts while one call computes. The GIL is never asked for, so a thread has it until it waits or
# releases it of its own accord.
m = orrery.compile(model)
m.measure(**arrays)
counted, done = 0, threading.Event()


def count():
    global counted
    while not done.is_set():
        counted += 1
        time.sleep(0)


interval = sys.getswitchinterval()
sys.setswitchinterval(1000)
many = arrays["coarse"].repeat(30, 0)
thread = threading.Thread(target=count)
thread.start()
before = counted
m._session.predict("finer", {"coarse": [("coarse", ["time", "vin", "lat", "lon"], many, {})]}, 0)
during = counted - before
done.set()
thread.join()
sys.setswitchinterval(interval)
assert during > 100, during

# The signal comes from within the process, at a step that is known.
steps = []


def interrupt(event):
    if event["event"] == "step":
        steps.append(event["step"])
        if event["step"] == 4:
            os.kill(os.getpid(), signal.SIGINT)


batch = {name: array[:16] for name, array in arrays.items()}
for target, word in ((m.train, "train"), (m.predict, "predict"), (m.loss, "loss")):
    try:
        if word == "train":
            target(out=f"{folder}/run", steps=20000, callback=interrupt)
        else:
            threading.Timer(0, os.kill, (os.getpid(), signal.SIGINT)).start()
            while True:
                target("finer", coarse=many) if word == "predict" else target(**batch)
        raise SystemExit("not interrupted")
    except KeyboardInterrupt:
        print(f"{word} interrupted")
assert steps[-1] in (4, 5), steps
last = steps[-1]
assert os.path.exists(f"{folder}/run/ckpt-{last}/optim.safetensors")
more = m.train(out=f"{folder}/run", resume=True, steps=last + 2)
assert [event["step"] for event in more.history if event["event"] == "step"] == [last + 1, last + 2]
print("and gone on")
