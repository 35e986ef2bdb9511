"""A film of a network as a golden picture: what is flat of it, which is the same on every machine."""

from engine.document.datasets import MADE
from engine.document.lab import Lab, Training
from engine.document.network import Layer, Loss, Network
from engine.optimizers import parse_spec
from engine.solving.stages import solve
from gui.export.scene import ExportScene
from gui.export.spec import Spec
from tests.gui.golden import assert_golden

NETWORK = Network(inputs=2, layers=(Layer(4, "tanh"), Layer(1)), targets=("c",), loss=Loss("bce_with_logits"))


def test_golden_film_of_a_network(qapp, deriver):
    lab = Lab(
        title={"en": "Two moons"},
        data=MADE["moons"].data(),
        network=NETWORK,
        racers=(parse_spec("adam(lr=0.1)"),),
        steps=120,
        training=Training(split=0.7),
    )
    spec = Spec(views=("contour", "fit", "network", "curves"), row=2)
    scene = ExportScene(solve(lab, deriver), spec, (960, 540), quality="draft")
    assert_golden(scene.draw(60.0, 0.0), "film-of-a-network", far_share=0.03)
