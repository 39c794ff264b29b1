"""Linear compartment models, declared by their flows and solved exactly.

With X_i the amount in compartment i, a model is

    dX_i/dt = sum_j (flow_ji X_j) - (sum_j flow_ij + loss_i) X_i + r_i(t)

and, for a site that follows a compartment without taking from it (an effect site),

    dX_e/dt = k (X_i - X_e)

Compartments that exchange form a block: a single compartment or a star. Blocks are
solved one by one and driven by those before them, so any number of absorption paths,
transit chains and metabolites is covered. Amounts of metabolites are in the mass that
the parameters refer to; a signal's gain makes the concentration of it.

Assumes: constant coefficients, exchange only within stars.
Does not cover: rings of compartments, recirculation, saturable elimination.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.drug.kinetics.mammillary import star
from kapsim.drug.kinetics.modal import Modes, cascade, first_order, parallel

_SET_APART = 0.28

Rate = Float[Array, " n"]
Link = tuple[str, str]


class Signal(NamedTuple):
    """What is read of a compartment: its name, and ng/mL per mg in it [n]."""

    compartment: str
    gain: Rate


class Solved(NamedTuple):
    """Modes whose outputs are compartments, and the modes that each one contains."""

    modes: Modes
    contains: tuple[tuple[int, ...], ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Compartments:
    """A linear model of n people.

    Attributes
    ----------
    flows
        [n] 1/h, rate from one compartment to another.
    losses
        [n] 1/h, rate out of the model.
    followers
        [n] 1/h, rate k of a site that follows a compartment, by (followed, site).
    inlets
        For each inlet, the share [n] of what is given that enters each compartment.
    signals
        What is read, by name.
    """

    flows: Mapping[Link, Rate]
    losses: Mapping[str, Rate]
    inlets: tuple[Mapping[str, Rate], ...]
    signals: Mapping[str, Signal]
    followers: Mapping[Link, Rate] = dataclasses.field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """All compartments, in the order in which they are first mentioned."""
        found = [name for inlet in self.inlets for name in inlet]
        found += [name for link in self.flows for name in link]
        found += [*self.losses, *(name for link in self.followers for name in link)]
        return tuple(dict.fromkeys(found))

    def leaving(self, name: str) -> Rate:
        """Total rate out of a compartment [n], 1/h."""
        rates = [rate for (source, _), rate in self.flows.items() if source == name]
        rates += [self.losses[name]] if name in self.losses else []
        rates += [rate for (_, site), rate in self.followers.items() if site == name]
        if not rates:
            raise ValueError(f"nothing leaves the compartment {name!r}.")
        return sum(rates[1:], rates[0])

    def matrix(self) -> Float[Array, "m m n"]:
        """Rates A of dX/dt = A X, compartments in the order of `names` [1/h]."""
        names = self.names
        at = {name: i for i, name in enumerate(names)}
        rows = [[jnp.zeros_like(self.leaving(names[0]))] * len(names) for _ in names]
        for name, i in at.items():
            rows[i][i] = -self.leaving(name)
        for (source, target), rate in (*self.flows.items(), *self.followers.items()):
            rows[at[target]][at[source]] = rows[at[target]][at[source]] + rate
        return jnp.stack([jnp.stack(row) for row in rows])

    def solve(self, outputs: Sequence[str], precision: float) -> Solved:
        """Modes with the inlets as inputs and the amounts in `outputs` as outputs.

        Parameters
        ----------
        outputs
            Compartments to read.
        precision
            eps of the floating-point type in which the modes will be stepped.
        """
        groups = self._separate(self._needed(outputs))
        parts = [self._part(group, outputs, precision) for group in groups]
        whole = parts[0]
        for part in parts[1:]:
            whole = whole.beside(part)
        one = jnp.ones_like(whole.modes.rate[0])
        inlets = [
            {
                i: share * one
                for i, name in enumerate(whole.inputs)
                if (share := inlet.get(name)) is not None
            }
            for inlet in self.inlets
        ]
        read = [{whole.outputs.index(name): one} for name in outputs]
        contains = tuple(whole.contains[name] for name in outputs)
        return Solved(whole.modes.rewire(inlets, read), contains)

    # -- structure ---------------------------------------------------------------------

    def _links(self) -> dict[Link, Rate]:
        """Flows and followers: everything that drives a compartment from another."""
        return {**self.flows, **self.followers}

    def _needed(self, outputs: Sequence[str]) -> list[str]:
        """Compartments from which any of these can be reached."""
        return [name for name in self.names if self._reached(name) & set(outputs)]

    def _separate(self, names: list[str]) -> Iterator[tuple[str, ...]]:
        """Groups of these compartments that no link connects."""
        left, links = list(names), [x for x in self._links() if set(x) <= set(names)]
        while left:
            group = {left[0]}
            for _ in left:
                for link in links:
                    group |= set(link) if group & set(link) else set()
            yield tuple(name for name in left if name in group)
            left = [name for name in left if name not in group]

    def _reached(self, name: str) -> set[str]:
        """Compartments that can be reached from one, itself included."""
        found, fresh = {name}, [name]
        while fresh:
            here = fresh.pop()
            ahead = {target for source, target in self._links() if source == here}
            fresh += sorted(ahead - found)
            found |= ahead
        return found

    def _blocks(self, group: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Compartments that exchange, each block after all that drive it."""
        reach = {name: self._reached(name) for name in group}
        blocks: list[tuple[str, ...]] = []
        for name in group:
            block = tuple(x for x in group if x in reach[name] and name in reach[x])
            blocks += [block] if block not in blocks else []
        return sorted(blocks, key=lambda block: -len(reach[block[0]]))

    def _part(
        self, group: tuple[str, ...], outputs: Sequence[str], precision: float
    ) -> "_Part":
        """One group, block after block; what nothing further needs is dropped."""
        blocks, links = self._blocks(group), self._links()
        entered = {name for inlet in self.inlets for name in inlet}
        whole: _Part | None = None
        for place, block in enumerate(blocks):
            later = {name for rest in blocks[place + 1 :] for name in rest}
            needed = set(outputs) | {a for a, b in links if b in later}
            part = self._block(block)
            if whole is not None:
                part = whole.driving(part, links, precision)
            whole = part.keeping(entered, needed)
        assert whole is not None
        return whole

    def _block(self, block: tuple[str, ...]) -> "_Part":
        """A single compartment or a star."""
        if len(block) == 1:
            modes = first_order(self.leaving(block[0]))
        else:
            centre = self._centre(block)
            block = (centre, *(name for name in block if name != centre))
            around = block[1:]
            modes = star(
                self.leaving(centre),
                jnp.stack([self.flows[centre, name] for name in around]),
                jnp.stack([self.flows[name, centre] for name in around]),
                jnp.stack([self.leaving(name) for name in around]),
            )
        own = tuple(range(len(block)))
        return _Part(modes, block, block, dict.fromkeys(block, own))

    def _centre(self, block: tuple[str, ...]) -> str:
        inside = {link for link in self.flows if set(link) <= set(block)}
        for name in block:
            others = [x for x in block if x != name]
            spokes = {(name, x) for x in others} | {(x, name) for x in others}
            if inside == spokes:
                return name
        raise ValueError(f"the compartments {', '.join(block)} do not form a star.")


@dataclasses.dataclass(frozen=True)
class _Part:
    """Modes with named ends; for each compartment, the modes that it contains."""

    modes: Modes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    contains: Mapping[str, tuple[int, ...]]

    def driving(
        self, below: "_Part", links: Mapping[Link, Rate], precision: float
    ) -> "_Part":
        """Both, this part driving the other."""
        shift = len(self.modes.rate)
        ends = {
            (self.outputs.index(a), below.inputs.index(b)): rate
            for (a, b), rate in links.items()
            if a in self.outputs and b in below.inputs
        }
        sources = {name for name, target in links if target in below.inputs}
        fed = sorted({k for name in sources for k in self.contains.get(name, ())})
        own = {
            name: (*fed, *(k + shift for k in modes))
            for name, modes in below.contains.items()
        }
        return _Part(
            cascade(self.modes, below.modes, ends, precision),
            self.inputs + below.inputs,
            self.outputs + below.outputs,
            {**self.contains, **own},
        )

    def beside(self, other: "_Part") -> "_Part":
        """Both, neither driving the other."""
        shift = len(self.modes.rate)
        moved = {
            name: tuple(k + shift for k in modes)
            for name, modes in other.contains.items()
        }
        return _Part(
            parallel(self.modes, other.modes),
            self.inputs + other.inputs,
            self.outputs + other.outputs,
            {**self.contains, **moved},
        )

    def keeping(self, inputs: set[str], outputs: set[str]) -> "_Part":
        """The same with only these ends."""
        entered = tuple(i for i, name in enumerate(self.inputs) if name in inputs)
        read = tuple(i for i, name in enumerate(self.outputs) if name in outputs)
        return _Part(
            self.modes.pick(entered, read),
            tuple(self.inputs[i] for i in entered),
            tuple(self.outputs[i] for i in read),
            self.contains,
        )


def stages(rate: Rate, like: Rate) -> tuple[Rate, Rate]:
    """Rates [n] of two equal stages of a chain, set apart so that each has its mode.

    Set apart to both sides by about the cube root of the precision of `like`: the error
    of the move is of second order, and that of the cancellation of the two modes no
    greater.
    """
    apart = float(jnp.finfo(like.dtype).eps) ** _SET_APART
    return rate * (1 - apart), rate * (1 + apart)
