"""What the peers share: a worker reads requests as JSON lines, builds every way its framework has to run a workload, and answers
with losses and times, so that whoever asks can take turns between frameworks."""
import json
import os
import sys
import time

import numpy as np


class Workload:
    """A dense network (relu between, softmax or sigmoid at the end), its initial weights, and batches in memory."""

    def __init__(self, request):
        self.training = request["kind"] == "train"
        self.sizes, self.batch, self.threads = request["sizes"], request["batch"], request["threads"]
        self.optimizer, self.rate = request["optimizer"], request["rate"]
        self.x = np.fromfile(request["x"], np.float32).reshape(-1, self.sizes[0])
        self.y = np.fromfile(request["y"], np.float32).reshape(-1, self.sizes[-1])
        self.steps = len(self.x) // self.batch
        numbers = np.fromfile(request["weights"], np.float32)
        self.weights = []
        for rows, columns in zip(self.sizes, self.sizes[1:]):
            kernel, bias, numbers = np.split(numbers, [rows * columns, rows * columns + columns])
            self.weights.append((kernel.reshape(rows, columns), bias))

    def batches(self, array):
        return array.reshape(self.steps, self.batch, -1)


def serve(framework, ways):
    """Answers until standard input ends. `ways(workload)` gives name and a function that makes a pass: one call of the pass runs all
    batches once, and gives the mean loss when it trains, the first batch's outputs when it predicts."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # Whatever else prints does not disturb the answers.
    passes, workload = {}, None

    def open_(request):
        nonlocal workload
        workload = Workload(request)
        passes.clear()
        found, failed = {}, {}
        for name, make in ways(workload):
            if request.get("ways") and name not in request["ways"]:
                continue
            start = time.perf_counter()
            try:
                run = make()
                results = [np.asarray(run(), np.float64).ravel()[:64].tolist() for _ in range(request["passes"])]
                # Long enough that nothing is compiled, traced or allocated for the first time any more.
                until = time.perf_counter() + 0.2
                while time.perf_counter() < until:
                    run()
            except Exception as error:  # A way that this machine cannot go is told, the others go on.
                failed[name] = f"{type(error).__name__}: {error}"[:300]
                continue
            passes[name] = run
            found[name] = {"results": results, "warmup": time.perf_counter() - start}
        return {"ways": found, "failed": failed}

    def time_(request):
        run, n = passes[request["way"]], 0
        start = time.perf_counter()
        while n == 0 or time.perf_counter() - start < request["seconds"]:
            run()
            n += 1
        return {"ms": (time.perf_counter() - start) * 1e3 / (n * workload.steps)}

    print(json.dumps({"framework": framework}), file=out, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps({"open": open_, "time": time_}[request["do"]](request)), file=out, flush=True)
