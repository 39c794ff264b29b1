"""Ranking by meaning: the claims that were found, put into order by vectors."""

from collections.abc import Mapping

from kapsim.answers.prose import Model, embed
from kapsim.answers.retrieval import Ranked, Rerank

_MOST = 60  # claims whose texts are sent to the model
_SMOOTHING = 20.0  # ranks


def by_meaning(model: Model) -> Rerank:
    """A second opinion on the order of claims, from an embedding model.

    The place of a claim by words and concepts and its place by the angle between its
    vector and the question's count alike (reciprocal ranks). Only the question and
    texts of shipped claims are sent. The order is the same as long as the model gives
    the same vectors.

    Parameters
    ----------
    model
        The embedding model that the reader named.
    """

    def rerank(question: str, texts: Mapping[str, str], order: Ranked) -> Ranked:
        names = [name for name, _ in order[:_MOST]]
        if not names:
            return order
        vectors = embed([question, *(texts[name] for name in names)], model)
        nearness = dict(zip(names, vectors[1:] @ vectors[0], strict=True))
        by_vector = sorted(names, key=lambda name: (-nearness[name], name))
        worth = {
            name: _worth(place) + _worth(by_vector.index(name))
            for place, name in enumerate(names)
        }
        best = sorted(names, key=lambda name: (-worth[name], name))
        scores = [score for _, score in order]
        head = list(zip(best, scores, strict=False))
        return [*head, *order[len(head) :]]

    return rerank


def _worth(place: int) -> float:
    return 1 / (_SMOOTHING + place)
