"""What a Keras file holds, as JSON beside it; the same for every Keras that writes one (this file needs numpy and h5py only)."""
import json
import os
import struct

import h5py
import numpy as np

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'test', 'golden', 'h5')
MOMENT = 1570406400  # stands for the time of writing


def number(value):
    if isinstance(value, np.float32):
        short = float(str(value))
        assert np.float32(short) == value
        return int(short) if short == int(short) and abs(short) < 1e6 else short
    return value.item() if hasattr(value, 'item') else value


def plain(value):
    if isinstance(value, np.ndarray):
        return {'shape': list(value.shape), 'dtype': value.dtype.name, 'data': [number(v) for v in value.ravel()]}
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return number(value)


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def names(group, key):
    """A list of names; `key0`, `key1` ... where it was cut into chunks, with their number."""
    if key in group.attrs:
        return [text(n) for n in group.attrs[key]], 0
    found, chunks = [], 0
    while '%s%d' % (key, chunks) in group.attrs:
        found += [text(n) for n in group.attrs['%s%d' % (key, chunks)]]
        chunks += 1
    assert chunks
    return found, chunks


def still(path, start, end):
    """Puts one moment in place of the times of writing, so that a file comes out the same each time."""
    with open(path, 'rb') as f:
        data = f.read()
    for moment in range(int(start) - 1, int(end) + 2):
        data = data.replace(struct.pack('<I', moment), struct.pack('<I', MOMENT))
    with open(path, 'wb') as f:
        f.write(data)


def contents(path):
    """Attributes and arrays of a file, whole model or weights only, in the order of its lists of names."""
    found = {}
    with h5py.File(path, 'r') as f:
        for key in ['keras_version', 'backend', 'model_config', 'training_config']:
            found[key] = text(f.attrs[key]) if key in f.attrs else None
        weights = f['model_weights'] if 'model_weights' in f else f
        found['kind'] = 'model' if 'model_weights' in f else 'weights'
        layers, found['layer_name_chunks'] = names(weights, 'layer_names')
        found['layers'] = []
        for layer in layers:
            group = weights[layer]
            listed, chunks = names(group, 'weight_names')
            entry = {'name': layer, 'weights': [{'name': n, 'value': group[n][()]} for n in listed]}
            if chunks:
                entry['weight_name_chunks'] = chunks
            found['layers'].append(entry)
        found['optimizer_weights'] = None
        if 'optimizer_weights' in f:
            group = f['optimizer_weights']
            found['optimizer_weights'] = [{'name': n, 'value': np.asarray(group[n][()])} for n in names(group, 'weight_names')[0]]
    return found


def record(name, about, keras, python, more, limit=62000):
    """Writes NAME.json beside NAME.h5."""
    path = os.path.join(FOLDER, name + '.h5')
    size = os.path.getsize(path)
    assert size < limit, (name, size)
    head = [('about', about), ('keras', keras), ('file', name + '.h5'), ('python', python.strip())]
    found = dict(contents(path), **more)
    lines = ['%s:%s' % (json.dumps(k), json.dumps(plain(v), separators=(',', ':'), allow_nan=False))
             for k, v in head + sorted(found.items())]
    with open(os.path.join(FOLDER, name + '.json'), 'w') as f:
        f.write('{' + ',\n'.join(lines) + '}\n')
    print('%-28s %6d bytes, %6d of JSON' % (name, size, os.path.getsize(os.path.join(FOLDER, name + '.json'))))
