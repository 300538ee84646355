"""Trains as train.wasm does, on a GPU where there is one (README.md).

/inputs/plan.bin, model.safetensors and data.safetensors flow in; update.bin and
metrics.bin flow out to /outputs, in the kernel's formats. Samples come in the
kernel's order and fractions are rounded by its hash, so that only the inner
products' rounding differs. Exit codes are the kernel's.
"""

import os
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F

# enum status of wasm-jobs/train/src/job.h.
ERR_OPEN, ERR_PLAN, ERR_FILES, ERR_FINITE, ERR_LABEL, ERR_WRITE, ERR_RANGE = 10, 11, 12, 14, 15, 16, 17

TRAIN = 0
CROSS_ENTROPY, SQUARES, RECONSTRUCTION = 0, 1, 2
DENSE, CONV2D, MAXPOOL2D, RELU = 0, 1, 2, 3
X_TYPES = {0: "<u1", 3: "<f4"}
Y_TYPES = {0: "<u1", 1: "<i4", 2: "<i8", 3: "<f4"}
MASK = (1 << 64) - 1
MAX_LAYERS = 256


class Failed(Exception):
    """A job that ends with an exit code."""

    def __init__(self, code, why):
        super().__init__(why)
        self.code = code


@dataclass
class Layer:
    """struct layer of layer.h."""

    kind: int
    in_h: int
    in_w: int
    in_c: int
    out_h: int
    out_w: int
    out_c: int
    kernel: int
    pad: int
    weight: int
    bias: int
    zero: int


class Plan:
    """struct plan of job.h, the layers, and the number of values in each tensor."""

    WORDS = ("magic mode layers tensors samples features outputs batch epochs loss parameters width scale_bits "
             "x_type y_type x_at y_at weights_at model_size data_size").split()
    FLOATS = "rate momentum decay proximal clip x_scale x_shift".split()
    HEAD = struct.Struct("<20I7fQI")
    LAYER = struct.Struct("<12I")

    def __init__(self, content):
        if len(content) < self.HEAD.size or content[:4] != b"TPP1":
            raise Failed(ERR_PLAN, "it is no TPP1")
        *values, self.seed, _ = self.HEAD.unpack_from(content)
        for name, value in zip(self.WORDS + self.FLOATS, values):
            setattr(self, name, value)
        at, count = self.HEAD.size, self.layers
        if not 0 < count <= MAX_LAYERS or not 0 < self.tensors <= 2 * MAX_LAYERS or len(content) != at + count * self.LAYER.size + 4 * self.tensors:
            raise Failed(ERR_PLAN, f"{len(content)} bytes for {count} layers and {self.tensors} tensors")
        if not 0 < self.batch <= self.samples or self.mode > 1 or self.loss > RECONSTRUCTION or self.width not in (1, 2, 4) or self.x_type not in X_TYPES:
            raise Failed(ERR_PLAN, "a field is out of its range")
        self.layers = [Layer(*self.LAYER.unpack_from(content, at + i * self.LAYER.size)) for i in range(count)]
        self.counts = struct.unpack_from(f"<{self.tensors}I", content, at + count * self.LAYER.size)
        if sum(self.counts) != self.parameters or any(l.kind > RELU for l in self.layers):
            raise Failed(ERR_PLAN, "its tensors or layers are none that it can have")


def mix64(z):
    """SplitMix64, of a Python integer."""
    z = (z + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
    return z ^ z >> 31


def mix64_all(z):
    """The same of an array of uint64, which wraps by itself."""
    z = z + numpy.uint64(0x9E3779B97F4A7C15)
    z = (z ^ z >> numpy.uint64(30)) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ z >> numpy.uint64(27)) * numpy.uint64(0x94D049BB133111EB)
    return z ^ z >> numpy.uint64(31)


def shuffle(order, seed, epoch):
    """Fisher and Yates, as job.c: each epoch goes on from the last one's order."""
    state = mix64((seed + epoch) & MASK)
    for i in range(len(order) - 1, 0, -1):
        state = mix64(state)
        j = (state >> 32) * (i + 1) >> 32
        order[i], order[j] = order[j], order[i]


class Data:
    """The samples, on the device that computes."""

    def __init__(self, plan, content, device):
        def read(dtype, at, count):
            try:
                return numpy.frombuffer(content, dtype, count, at)
            except ValueError as fault:
                raise Failed(ERR_FILES, f"data: {fault}") from fault

        x = read(X_TYPES[plan.x_type], plan.x_at, plan.samples * plan.features).astype(numpy.float32)
        # Product and sum are rounded each on its own, as the kernel's.
        x = x * numpy.float32(plan.x_scale) + numpy.float32(plan.x_shift)
        self.x = torch.from_numpy(x.reshape(plan.samples, plan.features)).to(device)
        if plan.loss == RECONSTRUCTION:
            self.y = self.x
        elif plan.loss == SQUARES:
            y = read("<f4", plan.y_at, plan.samples * plan.outputs).reshape(plan.samples, plan.outputs)
            self.y = torch.from_numpy(y.copy()).to(device)
        else:
            if plan.y_type not in Y_TYPES:
                raise Failed(ERR_PLAN, "labels of no type")
            y = read(Y_TYPES[plan.y_type], plan.y_at, plan.samples)
            if not ((y >= 0) & (y < plan.outputs) & (y == numpy.floor(y))).all():
                raise Failed(ERR_LABEL, f"a label is outside the model's {plan.outputs} classes")
            self.y = torch.from_numpy(y.astype(numpy.int64)).to(device)


def forward(plan, weights, x):
    """The network's outputs, [batch, outputs]. Between layers activations are
    [batch, height, width, channels], as the kernel's, so that flattening agrees."""
    for l in plan.layers:
        if l.kind == DENSE:
            inputs = l.in_h * l.in_w * l.in_c
            x = x.reshape(-1, inputs) @ weights[l.weight:l.weight + inputs * l.out_c].view(inputs, l.out_c) + weights[l.bias:l.bias + l.out_c]
        elif l.kind == RELU:
            x = F.relu(x)
        else:
            image = x.reshape(-1, l.in_h, l.in_w, l.in_c).permute(0, 3, 1, 2)
            if l.kind == CONV2D:
                kernel = weights[l.weight:l.weight + l.kernel * l.kernel * l.in_c * l.out_c].view(l.kernel, l.kernel, l.in_c, l.out_c)
                image = F.conv2d(image, kernel.permute(3, 2, 0, 1), weights[l.bias:l.bias + l.out_c], padding=l.pad)
            else:
                image = F.max_pool2d(image, l.kernel)
            x = image.permute(0, 2, 3, 1)
    return x.reshape(-1, plan.outputs)


def losses(plan, out, y):
    """Each sample's loss, in double precision as the kernel's."""
    if plan.loss == CROSS_ENTROPY:
        return F.cross_entropy(out.double(), y, reduction="none")
    return (out.double() - y.double()).square().mean(dim=1)


def step(plan, weights, base, velocity, gradient):
    """One step of sgd.c; gives the velocity."""
    if plan.clip > 0:
        length = gradient.double().norm().item()
        if length > plan.clip:
            gradient = gradient * (plan.clip / length)
    if plan.decay != 0:
        gradient = gradient + plan.decay * weights
    if plan.proximal != 0:
        gradient = gradient + plan.proximal * (weights - base)
    if plan.momentum != 0:
        velocity = gradient = plan.momentum * velocity + gradient
    weights -= plan.rate * gradient
    return velocity


def run(plan, base, data):
    """Trains or evaluates; gives the weights, and the four figures of the metrics."""
    weights = base.clone().requires_grad_(plan.mode == TRAIN)
    velocity = torch.zeros_like(base)
    order = list(range(plan.samples))
    seen = steps = correct = 0
    total = 0.0
    for epoch in range(plan.epochs if plan.mode == TRAIN else 1):
        if plan.mode == TRAIN:
            shuffle(order, plan.seed, epoch)
        for first in range(0, plan.samples, plan.batch):
            batch = torch.tensor(order[first:first + plan.batch], device=data.x.device)
            y = data.y[batch]
            out = forward(plan, weights, data.x[batch])
            each = losses(plan, out, y)
            total += each.detach().sum().item()
            if not numpy.isfinite(total):
                raise Failed(ERR_FINITE, "the loss is not finite: the training diverged")
            seen += len(batch)
            if plan.loss == CROSS_ENTROPY:
                correct += (out.argmax(dim=1) == y).sum().item()
            if plan.mode == TRAIN:
                gradient, = torch.autograd.grad(each.mean(), weights)
                with torch.no_grad():
                    velocity = step(plan, weights, base, velocity, gradient)
                steps += 1
    return weights.detach(), (seen, steps, correct, total)


def encode_update(plan, base, weights):
    """update.bin: each tensor in the finest unit in which its largest change fits."""
    head = struct.pack("<4sBBHQII", b"TPU1", plan.width, 0, plan.tensors, plan.parameters, plan.samples, 0)
    largest = 2.0 ** (8 * plan.width - 1) - 1
    seed = mix64(plan.seed ^ 0x7570646174650000)
    exponents, values, first = [], [], 0
    for count in plan.counts:
        change = weights[first:first + count].astype(numpy.float64) - base[first:first + count].astype(numpy.float64)
        top = float(numpy.abs(change.astype(numpy.float32)).max())
        if not numpy.isfinite(top):
            raise Failed(ERR_FINITE, "the update is not finite: the training diverged")
        top *= 1 + 2.0 ** -23
        e = plan.scale_bits
        while e >= -64 and top * 2.0 ** e > largest:
            e -= 1
        if e < -64:
            raise Failed(ERR_RANGE, "the update is too large for its fixed point")
        places = (numpy.arange(first, first + count, dtype=numpy.uint64) + numpy.uint64(seed))
        random = (mix64_all(places) >> numpy.uint64(44)).astype(numpy.float64) * 2.0 ** -20
        values.append(numpy.floor(change * 2.0 ** e + random).astype(f"<i{plan.width}").tobytes())
        exponents.append(e)
        first += count
    head += struct.pack(f"<{plan.tensors}b", *exponents)
    return head + bytes(-len(head) % 8) + b"".join(values)


def main(inputs="/inputs", outputs="/outputs"):
    # The same results in every run on the same hardware, and float32 as it is said.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        content, model, samples = [(Path(inputs) / name).read_bytes() for name in ("plan.bin", "model.safetensors", "data.safetensors")]
    except OSError as fault:
        raise Failed(ERR_OPEN, fault) from fault
    plan = Plan(content)
    if len(model) != plan.model_size or len(samples) != plan.data_size or plan.weights_at + 4 * plan.parameters > len(model):
        raise Failed(ERR_FILES, "model or data are not of the size that the plan says")
    base = numpy.frombuffer(model, "<f4", plan.parameters, plan.weights_at).copy()
    weights, metrics = run(plan, torch.from_numpy(base).to(device), Data(plan, samples, device))
    files = {"metrics.bin": struct.pack("<4sIQQQd", b"TPM1", 0, *metrics)}
    if plan.mode == TRAIN:
        files["update.bin"] = encode_update(plan, base, weights.cpu().numpy())
    try:
        for name, content in files.items():
            (Path(outputs) / name).write_bytes(content)
    except OSError as fault:
        raise Failed(ERR_WRITE, fault) from fault
    print(f"{metrics[0]} samples in {metrics[1]} steps on {device}, mean loss {metrics[3] / metrics[0]:.4f}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Failed as failed:
        print(failed, file=sys.stderr)
        sys.exit(failed.code)
