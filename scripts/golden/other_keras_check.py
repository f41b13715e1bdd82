"""Keras 2.3.1 reads the files of other Kerases: predictions must agree; their JSON says how much of them it reads."""
import glob
import json
import os
import warnings

import numpy as np

import keras
from record import fresh, listed
from stored_file import FOLDER
from topic_models import built


def array(a):
    return np.array(a['data'], a['dtype']).reshape(a['shape'])


warnings.simplefilter('ignore')
for path in sorted(glob.glob(os.path.join(FOLDER, '*.json'))):
    with open(path) as f:
        c = json.load(f)
    if c['keras'] == '2.3.1':
        continue
    file, inputs = path[:-5] + '.h5', [array(x) for x in c['inputs']]

    def check(model, how):
        for a, b in zip(listed(model.predict_on_batch(inputs)), c['predictions']):
            np.testing.assert_allclose(a, array(b), rtol=1e-5, atol=1e-5, err_msg='%s %s' % (c['file'], how))

    fresh()
    model = built(c['python'])
    model.load_weights(file)
    check(model, 'weights')
    outcome = 'weights'
    if c['kind'] == 'model':
        fresh()
        try:
            model = keras.models.load_model(file)
            check(model, 'model')
            outcome = 'weights, model'
        except (AssertionError, ValueError, TypeError) as e:
            outcome = 'weights; not the model: %s' % str(e)[:90].replace('\n', ' ')
    with open(path) as f:
        text = f.read()
    if 'keras_2_3_1' not in c:
        with open(path, 'w') as f:
            f.write(text.rstrip()[:-1] + ',\n"keras_2_3_1":%s}\n' % json.dumps(outcome))
    print('%-34s %s' % (c['file'], outcome))
