"""What losses, models and beginnings of weights are called in the window; PyTorch's names are the tips."""

from typing import Final

from engine.base.i18n import Message, message
from engine.document.network import Initialisation, LossName
from engine.document.proposals import Model

LOSS_WORDS: Final[dict[LossName, Message]] = {
    "mse": message("mean squared error"),
    "l1": message("mean absolute error"),
    "huber": message("Huber"),
    "smooth_l1": message("smooth absolute error"),
    "bce_with_logits": message("cross-entropy, two classes"),
    "cross_entropy": message("cross-entropy"),
    "hinge_embedding": message("hinge"),
    "multi_margin": message("margin of classes"),
}
MODEL_WORDS: Final[dict[Model, Message]] = {
    "linear": message("linear"),
    "logistic": message("logistic"),
    "network": message("a network"),
    "formula": message("write my own"),
}
INIT_WORDS: Final[dict[Initialisation, Message]] = {
    "default": message("PyTorch's default"),
    "glorot_uniform": message("Glorot, uniform"),
    "glorot_normal": message("Glorot, normal"),
    "he_uniform": message("He, uniform"),
    "he_normal": message("He, normal"),
    "zeros": message("zeros"),
    "constant": message("a constant"),
}
