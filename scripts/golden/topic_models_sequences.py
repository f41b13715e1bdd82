"""Whole models of sequences, masked and stateful ones among them: texts, twelve steps of train_on_batch, then test_on_batch,
predict_on_batch and a fit without shuffling."""
import warnings

from record import rng
from topic_models import SEQUENCES, case
from training import install


def cases(random):
    install()
    warnings.simplefilter('ignore')
    return [case(rng(name), i, name, *SEQUENCES[name]) for i, name in enumerate(SEQUENCES)]
