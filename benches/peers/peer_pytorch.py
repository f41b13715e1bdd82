"""PyTorch as a peer: eager with fused optimizers, and through torch.compile, on all threads and on one."""
import os

os.environ["CUDA_VISIBLE_DEVICES"] = ""

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

import peer  # noqa: E402


def network(w):
    parts = []
    for i, (kernel, bias) in enumerate(w.weights):
        linear = nn.Linear(*kernel.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(kernel.T.copy()))
            linear.bias.copy_(torch.from_numpy(bias))
        parts += [linear, nn.ReLU()] if i + 1 < len(w.weights) else [linear]
    return nn.Sequential(*parts)


def optimizer(w, parameters):
    if w.optimizer == "adam":
        return torch.optim.Adam(parameters, lr=w.rate, eps=1e-7, fused=True)
    return torch.optim.SGD(parameters, lr=w.rate, fused=True)


def train(w, compiled, threads):
    model = network(w)
    rule = optimizer(w, model.parameters())
    binary = w.sizes[-1] == 1
    ys = torch.from_numpy(w.batches(w.y))
    pairs = list(zip(torch.from_numpy(w.batches(w.x)).unbind(), (ys if binary else ys.argmax(-1)).unbind()))

    def loss(x, y):
        return F.binary_cross_entropy_with_logits(model(x), y) if binary else F.cross_entropy(model(x), y)

    measure = torch.compile(loss) if compiled else loss

    def run():
        torch.set_num_threads(threads)
        losses = []
        for x, y in pairs:
            rule.zero_grad(set_to_none=True)
            value = measure(x, y)
            value.backward()
            rule.step()
            losses.append(value.detach())
        return torch.stack(losses).mean().item()

    return run


def predict(w, how):
    body = network(w)
    model = nn.Sequential(body, nn.Sigmoid() if w.sizes[-1] == 1 else nn.Softmax(-1)).eval()
    batches = torch.from_numpy(w.batches(w.x)).unbind()
    if how == "compile":
        model = torch.compile(model)
    if how == "script":
        model = torch.jit.optimize_for_inference(torch.jit.trace(model, batches[0]))

    def run():
        with torch.inference_mode():
            return [model(x).numpy() for x in batches][0]

    return run


def ways(w):
    torch.set_num_threads(w.threads)
    torch._dynamo.reset()
    if not w.training:
        return [(how, lambda how=how: predict(w, how)) for how in ("eager", "compile", "script")]
    return [
        ("eager", lambda: train(w, False, w.threads)),
        ("eager, one thread", lambda: train(w, False, 1)),  # Handing small work to a second thread costs more than it saves.
        ("compile", lambda: train(w, True, w.threads)),
        ("compile, one thread", lambda: train(w, True, 1)),
    ]


peer.serve(f"PyTorch {torch.__version__}", ways)
