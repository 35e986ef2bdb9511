"""Where each part of the source is in the typeset picture, and the other way round.

The leaves of the tree are marked; the box of a node is the union of the boxes of its leaves. So a click on
a plus sign or on the bar of a fraction means the sum or the fraction. GUI thread (QRectF), no widget.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct
from PySide6.QtCore import QLineF, QPointF, QRectF

from engine.formula.ast import NOWHERE, Node, Span, children
from gui.typeset import Region

REACH_PX: Final = 6.0  # how far beside a box the mouse still means it
_LEAST_CARET_EM: Final = 0.62


class Place(Struct, frozen=True):
    """A node's span in the source, its box in the picture, how deep in the tree and on which line it is."""

    span: Span
    box: QRectF
    depth: int
    line: int = 0


class Places:
    """All places of one formula, px, from the top left corner of its layout. leaves: the marked ones."""

    def __init__(self, tree: Node | None = None, leaves: tuple[Place, ...] = ()) -> None:
        self._tree = tree
        self.leaves = leaves

    @cached_property
    def nodes(self) -> tuple[Place, ...]:
        """All parts; worked out when the mouse first asks."""
        nodes: list[Place] = list(self.leaves)
        stack = [(self._tree, 0)] if self._tree is not None else []
        while stack:
            node, depth = stack.pop()
            below = children(node)
            if below and node.span != NOWHERE:
                box = QRectF()
                for leaf in self.leaves:
                    if node.span[0] <= leaf.span[0] and leaf.span[1] <= node.span[1]:
                        box = box.united(leaf.box)
                if not box.isNull():
                    nodes.append(Place(node.span, box.adjusted(-1, -1, 1, 1), depth))
            stack.extend((child, depth + 1) for child in below)
        return tuple(nodes)

    def at(self, point: QPointF) -> Span | None:
        """The source of the deepest part under `point`, or of the nearest leaf within reach."""
        under = [place for place in self.nodes if place.box.contains(point)]
        if under:
            return max(under, key=lambda place: (place.depth, -place.box.width() * place.box.height())).span
        near = [(_distance(place.box, point), place) for place in self.leaves]
        best = min(near, key=lambda pair: pair[0], default=None)
        return best[1].span if best is not None and best[0] <= REACH_PX else None

    def around(self, span: Span) -> Span:
        """The next larger part that contains `span`; `span` itself if there is none."""
        larger = [
            place.span
            for place in self.nodes
            if place.span[0] <= span[0] and span[1] <= place.span[1] and place.span != span
        ]
        return min(larger, key=lambda other: other[1] - other[0], default=span)

    def boxes(self, span: Span) -> list[QRectF]:
        """What encloses the leaves within `span`: one box for each line of the picture."""
        lines: dict[int, QRectF] = {}
        for place in self.leaves:
            if place.span == span or (place.span[0] < span[1] and span[0] < place.span[1]):
                lines[place.line] = lines.get(place.line, QRectF()).united(place.box)
        return [lines[line] for line in sorted(lines)]

    def caret(self, offset: int, em_px: float) -> QLineF | None:
        """The line that shows where in the picture the caret at `offset` of the source is."""
        leaf = self._leaf_at(offset)
        if leaf is None:
            return None
        start, end = leaf.span
        share = (offset - start) / (end - start) if end > start else 1.0
        x = leaf.box.left() + leaf.box.width() * min(max(share, 0.0), 1.0)
        x += 1.0 if share >= 1.0 else -1.0 if share <= 0.0 else 0.0
        middle = leaf.box.center().y()
        half = max(leaf.box.height() / 2 + 2.0, _LEAST_CARET_EM * em_px / 2)
        return QLineF(x, middle - half, x, middle + half)

    def nearest(self, offset: int) -> Span:
        """The span of the leaf at or nearest to `offset`."""
        leaf = self._leaf_at(offset)
        return leaf.span if leaf is not None else (offset, offset)

    def _leaf_at(self, offset: int) -> Place | None:
        """The leaf that ends at the caret, else that contains it, else the nearest before, else after."""
        touching = [place for place in self.leaves if place.span[0] <= offset <= place.span[1]]
        if touching:
            return min(touching, key=lambda place: (offset == place.span[0], place.span[1] - place.span[0]))
        before = [place for place in self.leaves if place.span[1] < offset]
        after = [place for place in self.leaves if place.span[0] > offset]
        if before:
            return max(before, key=lambda place: place.span[1])
        return min(after, key=lambda place: place.span[0], default=None)


def _distance(box: QRectF, point: QPointF) -> float:
    dx = max(box.left() - point.x(), 0.0, point.x() - box.right())
    dy = max(box.top() - point.y(), 0.0, point.y() - box.bottom())
    return float((dx * dx + dy * dy) ** 0.5)


def find_places(tree: Node | None, spans: Sequence[Span], regions: Iterable[Region]) -> Places:
    """The places of `tree`, whose leaves were marked with the indices of `spans`."""
    boxes: dict[int, Region] = {}
    for region in regions:
        known = boxes.get(region.mark)
        boxes[region.mark] = region if known is None else _joined(known, region)
    leaves = [Place(spans[mark], region.box, 1 << 20, region.line) for mark, region in boxes.items()]
    return Places(tree, tuple(sorted(leaves, key=lambda place: place.span)))


def _joined(first: Region, second: Region) -> Region:
    return Region(first.mark, first.box.united(second.box), first.line)
