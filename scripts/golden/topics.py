"""Runs the topics named on the command line, or all of them, and writes one JSON file each."""
import importlib
import sys
import time

import record

TOPICS = ['activations', 'layers', 'initializers', 'regularizers', 'constraints', 'losses', 'metrics', 'optimizers',
          'trajectories', 'fits', 'texts', 'errors', 'progbar', 'callbacks',
          'layers_conv', 'layers_pool', 'layers_more', 'layers_merge', 'layers_rnn', 'layers_rnn_more', 'models', 'models_sequences',
          'configs', 'h5', 'usercode', 'yaml', 'generators', 'guide']

for topic in sys.argv[1:] or TOPICS:
    start = time.time()
    module = importlib.import_module('topic_' + topic)
    if hasattr(module, 'files'):
        module.files(record.rng(topic))
        continue
    cases = module.cases(record.rng(topic))
    size = record.write(topic, module.__doc__, cases)
    print('%-13s %4d cases %7d bytes %5.0f s' % (topic, len(cases), size, time.time() - start), flush=True)
