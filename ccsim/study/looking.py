"""After a fixed number of replications one looks: which intervals are still wider than asked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ccsim.estimation.estimate import Difference, Estimate
from ccsim.estimation.sequential import (
    Precision,
    Width,
    half_width_text,
    level_at_each_look,
    looks,
    too_wide,
)
from ccsim.estimation.tabulate import differences, estimates
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import Sample
from ccsim.study.results import Reached
from ccsim.units import format_share

FEWEST = 5  # replications from which on their intervals are shown without a caution


class Watch:
    """What is looked at, and how far the last look found it.

    Parameters
    ----------
    precision : Precision
    level : float, share
    baseline : str or None
        The arm whose paired differences are looked at too.
    """

    def __init__(self, precision: Precision, level: float, *, baseline: str | None = None) -> None:
        self.precision = precision
        self.looks = looks(precision.bounds)
        self.level = level
        self.at_each_look = level_at_each_look(level, len(self.looks), len(precision.widths))
        self.baseline = baseline

    def look(self, samples: Mapping[str, Sample]) -> Reached:
        """How far it has come.

        Parameters
        ----------
        samples : mapping of arm to Sample
            The replications so far, in their order.

        Returns
        -------
        Reached
        """
        names = [width.measure for width in self.precision.widths]
        few = {arm: asked(sample, names) for arm, sample in samples.items()}
        return Reached(
            widths=self.precision.widths,
            least=self.precision.bounds.least,
            most=self.precision.bounds.most,
            looks=self.looks,
            level_at_each_look=self.at_each_look,
            replications=len(next(iter(few.values())).numerators),
            too_wide=tuple(self._too_wide(few)),
        )

    def _too_wide(self, samples: Mapping[str, Sample]) -> Iterator[str]:
        """What is wider than asked, in words: of each arm, then of each difference from the baseline."""
        found = {arm: self._estimates(sample) for arm, sample in samples.items()}
        gaps: list[Difference] = []
        if self.baseline is not None:
            gaps = differences(samples, MEASURES, self.level, baseline=self.baseline, at_each_look=self.at_each_look)
        for width in self.precision.widths:
            # an arm may have nothing of which this could be measured
            for arm, rows in found.items():
                if width.measure in rows and too_wide(width, rows[width.measure]):
                    yield _words(width, rows[width.measure], f" of {arm}" if len(found) > 1 else "")
            for gap in gaps:
                if gap.measure == width.measure:
                    beside = found[gap.baseline][gap.measure].value
                    if too_wide(width, gap, beside=beside):
                        yield _words(width, gap, f" of {gap.arm} minus {gap.baseline}")

    def _estimates(self, sample: Sample) -> dict[str, Estimate]:
        rows = estimates(sample, MEASURES, self.level, at_each_look=self.at_each_look)
        return {one.measure: one for one in rows}


def asked(sample: Sample, measures: Sequence[str], by: Sequence[str] = ()) -> Sample:
    """The columns of a sample that somebody asks for.

    Parameters
    ----------
    sample : Sample
    measures : sequence of str
    by : sequence of str
        Keys of the breakdowns beside the whole centre.

    Returns
    -------
    Sample
    """
    return _columns(
        sample,
        [
            place
            for place, (measure, cell) in enumerate(sample.keys)
            if measure in measures and all(name in by for name, _ in cell)
        ],
    )


def at_keys(sample: Sample, keys: Iterable[tuple[str, Mapping[str, str | int]]]) -> Sample:
    """The columns of a sample for some measures in some cells.

    Parameters
    ----------
    sample : Sample
    keys : iterable of (measure, cell)

    Returns
    -------
    Sample
        Without those that it doesn't have.
    """
    wanted = list(keys)
    return _columns(
        sample, [place for place, (measure, cell) in enumerate(sample.keys) if (measure, dict(cell)) in wanted]
    )


def _columns(sample: Sample, places: list[int]) -> Sample:
    return Sample(
        tuple(sample.keys[place] for place in places),
        sample.numerators[:, places],
        sample.denominators[:, places],
        sample.waits,
        sample.spreads,
    )


def about(reached: Reached, level: float) -> str:
    """Why there are so many replications, and what the intervals are worth.

    Parameters
    ----------
    reached : Reached
    level : float, share

    Returns
    -------
    str
    """
    together = f" and for the {len(reached.widths)} measures together" if len(reached.widths) > 1 else ""
    return (
        f"Replications were added until {in_widths(reached.widths)}; "
        f"{'reached' if not reached.too_wide else 'not reached'} with {reached.replications} "
        f"(at least {reached.least}, at most {reached.most}). "
        f"{of_intervals(reached.looks, reached.level_at_each_look, level)}{together}."
    )


def in_widths(widths: Sequence[Width]) -> str:
    """What a precision asks for.

    Parameters
    ----------
    widths : sequence of Width

    Returns
    -------
    str
    """
    wanted = [f"{width.measure} is known to ± {width.text}" for width in widths]
    return wanted[0] if len(wanted) == 1 else f"{', '.join(wanted[:-1])} and {wanted[-1]}"


def of_intervals(looks: Sequence[int], level_at_each_look: float, level: float) -> str:
    """Why intervals are wider than those of a given number of replications.

    Parameters
    ----------
    looks : sequence of int
    level_at_each_look, level : float, share

    Returns
    -------
    str
        A sentence without its full stop.
    """
    return (
        f"One looks after {', '.join(map(str, looks))}: every interval is a Student interval at "
        f"{format_share(round(level_at_each_look, 6))}, so that it holds at {format_share(level)} "
        "whichever look is the last"
    )


def few_replications(n: int) -> list[str]:
    """A caution where there are too few replications for intervals.

    Parameters
    ----------
    n : int

    Returns
    -------
    list of str
        Empty from five on.
    """
    if n >= FEWEST:
        return []
    so_many = f"{n} replications give intervals that are wide, and too narrow where days differ much"
    said = so_many if n > 1 else "One replication gives no intervals"
    return [f"{said}: play at least {FEWEST}, better 20."]


def bound_was_hit(reached: Reached | None) -> list[str]:
    """What the precision asked for still lacks, in words.

    Parameters
    ----------
    reached : Reached or None

    Returns
    -------
    list of str
        Nothing where it is reached, or none was asked for.
    """
    if reached is None or not reached.too_wide:
        return []
    return [f"precision not reached within {reached.most} replications: {'; '.join(reached.too_wide)}"]


def _words(width: Width, one: Estimate | Difference, whose: str) -> str:
    if one.half_width is None:
        return f"{width.measure}{whose} has no interval (asked: {width.text})"
    return (
        f"{width.measure}{whose} is known to ± {half_width_text(width.measure, one.half_width)} (asked: {width.text})"
    )
