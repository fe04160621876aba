"""Laws of durations: each one small frozen class, written `{lognormal: {mean: 5min, cv: 1.4}}`."""

import math
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import (
    BeforeValidator,
    Discriminator,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    Tag,
    WithJsonSchema,
    model_serializer,
    model_validator,
)
from typing_extensions import TypeAliasType

from ccsim import units
from ccsim.scenario.fields import (
    CountFromOne,
    Number,
    NumberAboveZero,
    RatioAboveZero,
    Seconds,
    SecondsAboveZero,
    Section,
    Share,
    part,
)


class _Law(Section):
    """A law; `word` is the key it is written under."""

    word: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _unwrapped(cls, value: Any) -> Any:
        if isinstance(value, dict) and list(value) == [cls.word]:
            value = value[cls.word]
            if cls is not Constant and cls is not Empirical and not isinstance(value, dict):
                raise ValueError(f"{cls.word} needs its parameters; write {EXAMPLES[cls.word]}")
        return value

    @model_serializer(mode="wrap")
    def _written(self, handler: SerializerFunctionWrapHandler) -> Any:
        return {self.word: {key: value for key, value in handler(self).items() if value is not None}}


class Constant(_Law):
    """Always the same duration."""

    word: ClassVar[str] = "constant"
    value: Seconds = part("The duration.", examples=["20s"])

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        if isinstance(value, Constant) or (isinstance(value, dict) and list(value) == ["value"]):
            return value
        if isinstance(value, dict) and list(value) == ["constant"]:
            value = value["constant"]
        return {"value": value}

    @model_serializer(mode="wrap")
    def _written(self, handler: SerializerFunctionWrapHandler) -> Any:
        value = handler(self)["value"]
        return value if isinstance(value, str) else {"constant": value}


class Exponential(_Law):
    """Exponential: the same chance to end in every second."""

    word: ClassVar[str] = "exponential"
    mean: SecondsAboveZero = part("Mean.", examples=["5min"])


class Lognormal(_Law):
    """Lognormal, by mean or median and coefficient of variation, or by mu and sigma of ln seconds."""

    word: ClassVar[str] = "lognormal"
    mean: SecondsAboveZero | None = part("Mean; or give the median.", None, examples=["5min"])
    median: SecondsAboveZero | None = part("Median; or give the mean.", None, examples=["4min"])
    cv: RatioAboveZero | None = part("Standard deviation divided by the mean.", None, examples=[1.4])
    mu: Number | None = part("Mean of the logarithm of the seconds.", None, examples=[5.85])
    sigma: NumberAboveZero | None = part("Standard deviation of the logarithm of the seconds.", None, examples=[1.84])

    @model_validator(mode="after")
    def _one_way(self) -> "Lognormal":
        given = {key for key in ("mean", "median", "cv", "mu", "sigma") if getattr(self, key) is not None}
        if given not in ({"mean", "cv"}, {"median", "cv"}, {"mu", "sigma"}):
            raise ValueError(
                "a lognormal law is given by mean and cv, by median and cv, or by mu and sigma; "
                "write {lognormal: {mean: 5min, cv: 1.4}}"
            )
        return self


class Gamma(_Law):
    """Gamma, by mean and coefficient of variation."""

    word: ClassVar[str] = "gamma"
    mean: SecondsAboveZero = part("Mean.", examples=["5min"])
    cv: RatioAboveZero = part("Standard deviation divided by the mean.", examples=[0.7])


class Erlang(_Law):
    """Sum of equal exponential stages."""

    word: ClassVar[str] = "erlang"
    mean: SecondsAboveZero = part("Mean of the whole.", examples=["5min"])
    stages: CountFromOne = part("Number of stages.", examples=[2])


class Weibull(_Law):
    """Weibull, by scale or mean, and shape."""

    word: ClassVar[str] = "weibull"
    scale: SecondsAboveZero | None = part("Scale (63.2 % end before it); or give the mean.", None, examples=["6min"])
    mean: SecondsAboveZero | None = part("Mean; or give the scale.", None, examples=["5min"])
    shape: NumberAboveZero = part("Below 1 those who have stayed long stay longer.", examples=[0.6])

    @model_validator(mode="after")
    def _one_way(self) -> "Weibull":
        if (self.scale is None) == (self.mean is None):
            raise ValueError("a weibull law is given by scale or by mean; write {weibull: {mean: 5min, shape: 0.6}}")
        return self


class LogLogistic(_Law):
    """Log-logistic, by median and shape."""

    word: ClassVar[str] = "log_logistic"
    median: SecondsAboveZero = part("Median.", examples=["5min"])
    shape: NumberAboveZero = part("The larger, the narrower.", examples=[1.8])


class Uniform(_Law):
    """Equally likely between two durations."""

    word: ClassVar[str] = "uniform"
    from_: Seconds = part("Shortest.", alias="from", examples=["10s"])
    to: Seconds = part("Longest.", examples=["30s"])

    @model_validator(mode="after")
    def _in_order(self) -> "Uniform":
        if self.to < self.from_:
            raise ValueError("the longest is shorter than the shortest; write the smaller one at `from`")
        return self


class Triangular(_Law):
    """Triangular, by shortest, most likely and longest."""

    word: ClassVar[str] = "triangular"
    low: Seconds = part("Shortest.", examples=["1min"])
    mode: Seconds = part("Most likely.", examples=["3min"])
    high: Seconds = part("Longest.", examples=["10min"])

    @model_validator(mode="after")
    def _in_order(self) -> "Triangular":
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError(
                "low, mode and high are not in order; write {triangular: {low: 1min, mode: 3min, high: 10min}}"
            )
        return self


class Hyperexponential(_Law):
    """One of several exponentials, chosen by shares."""

    word: ClassVar[str] = "hyperexponential"
    means: tuple[SecondsAboveZero, ...] = part("Mean of each.", examples=[["1min", "20min"]])
    shares: tuple[Share, ...] = part("Share of each; together 100%.", examples=[["60%", "40%"]])

    @model_validator(mode="after")
    def _match(self) -> "Hyperexponential":
        if len(self.means) != len(self.shares) or not self.means:
            raise ValueError(
                f"{len(self.means)} means and {len(self.shares)} shares; write as many of one as of the other"
            )
        if abs(math.fsum(self.shares) - 1) > 1e-6:
            raise ValueError(
                f"the shares add up to {units.format_share(round(math.fsum(self.shares), 6))}, not to 100%"
            )
        return self


class Empirical(_Law):
    """One of the given durations, each equally likely."""

    word: ClassVar[str] = "empirical"
    values: tuple[Seconds, ...] = part("Durations seen.", examples=[["10s", "20s", "45s"]], min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        if isinstance(value, dict) and list(value) == ["empirical"]:
            value = value["empirical"]
        if isinstance(value, list | tuple) and not value:
            raise ValueError("an empirical law needs at least one duration; write {empirical: [10s, 20s, 45s]}")
        return {"values": value} if isinstance(value, list | tuple) else value

    @model_serializer(mode="wrap")
    def _written(self, handler: SerializerFunctionWrapHandler) -> Any:
        return {"empirical": handler(self)["values"]}


def _duration_or_never(value: object) -> float:
    return math.inf if value == "never" or value == math.inf else units.parse_duration(value)


_DURATION_SCHEMA = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": units.DURATION_PATTERN}]}
_NEVER_SCHEMA = {"anyOf": [*_DURATION_SCHEMA["anyOf"], {"const": "never"}]}


def mean_of(law: "Law") -> float:
    """Mean of a law.

    Parameters
    ----------
    law : Law

    Returns
    -------
    float, s
        May be infinite.

    Examples
    --------
    >>> mean_of(Exponential(mean=300.0)), mean_of(Uniform.model_validate({"from": 10, "to": 30}))
    (300.0, 20.0)
    """
    match law:
        case Constant(value=value):
            return value
        case Lognormal(mu=float(mu), sigma=float(sigma)):
            # an exponent beyond the floats is a mean beyond them
            return math.exp(mu + sigma**2 / 2) if mu + sigma**2 / 2 < 700 else math.inf
        case Lognormal(median=float(median), cv=float(cv)):
            return median * math.sqrt(1 + cv**2)
        case Weibull(scale=float(scale), shape=shape):
            return scale * math.gamma(1 + 1 / shape) if shape > 0.01 else math.inf
        case LogLogistic(median=median, shape=shape):
            return median * (math.pi / shape) / math.sin(math.pi / shape) if shape > 1 else math.inf
        case Uniform(from_=low, to=high):
            return (low + high) / 2
        case Triangular(low=low, mode=mode, high=high):
            return (low + mode + high) / 3
        case Hyperexponential(means=means, shares=shares):
            return math.fsum(mean * share for mean, share in zip(means, shares))
        case Empirical(values=values):
            return math.fsum(values) / len(values)
        case Mixture(atom=atom, share=share, otherwise=otherwise):
            return (share * atom if share else 0.0) + (1 - share) * mean_of(otherwise)
        case Exponential() | Gamma() | Erlang() | Lognormal() | Weibull():
            return law.mean or 0.0


def _law_word(value: Any) -> str | None:
    if isinstance(value, _Law):
        return value.word
    if isinstance(value, dict):
        words = [key for key in value if key in LAWS]
        return words[0] if len(words) == 1 and len(value) == 1 else None
    return "constant"


_PlainLaw: TypeAlias = (
    Annotated[Constant, Tag("constant")]
    | Annotated[Exponential, Tag("exponential")]
    | Annotated[Lognormal, Tag("lognormal")]
    | Annotated[Gamma, Tag("gamma")]
    | Annotated[Erlang, Tag("erlang")]
    | Annotated[Weibull, Tag("weibull")]
    | Annotated[LogLogistic, Tag("log_logistic")]
    | Annotated[Uniform, Tag("uniform")]
    | Annotated[Triangular, Tag("triangular")]
    | Annotated[Hyperexponential, Tag("hyperexponential")]
    | Annotated[Empirical, Tag("empirical")]
)


class Mixture(_Law):
    """With some share one fixed duration (or never), otherwise another law."""

    word: ClassVar[str] = "mixture"
    atom: Annotated[
        float,
        BeforeValidator(_duration_or_never, json_schema_input_type=Annotated[Any, WithJsonSchema(_NEVER_SCHEMA)]),
        PlainSerializer(units.format_duration, when_used="json"),
    ] = part("The fixed duration; `never` is infinite.", examples=["0s", "never"])
    share: Share = part("Share that takes the fixed duration.", examples=["15%"])
    otherwise: Annotated[
        _PlainLaw,
        Discriminator(_law_word, custom_error_type="not_a_law", custom_error_message="not a law"),
    ] = part("The law of the rest.", examples=[{"exponential": {"mean": "5min"}}])


# a name of its own: what fields share under a name is built once
Law = TypeAliasType(
    "Law",
    Annotated[
        _PlainLaw | Annotated[Mixture, Tag("mixture")],
        Discriminator(_law_word, custom_error_type="not_a_law", custom_error_message="not a law"),
    ],
)

LAWS: dict[str, type[_Law]] = {
    law.word: law
    for law in (
        Constant, Exponential, Lognormal, Gamma, Erlang, Weibull, LogLogistic, Uniform, Triangular,
        Hyperexponential, Empirical, Mixture,
    )
}  # fmt: skip

EXAMPLES = {
    "constant": "20s",
    "exponential": "{exponential: {mean: 5min}}",
    "lognormal": "{lognormal: {mean: 5min, cv: 1.4}}",
    "gamma": "{gamma: {mean: 5min, cv: 0.7}}",
    "erlang": "{erlang: {mean: 5min, stages: 2}}",
    "weibull": "{weibull: {mean: 5min, shape: 0.6}}",
    "log_logistic": "{log_logistic: {median: 5min, shape: 1.8}}",
    "uniform": "{uniform: {from: 10s, to: 30s}}",
    "triangular": "{triangular: {low: 1min, mode: 3min, high: 10min}}",
    "hyperexponential": "{hyperexponential: {means: [1min, 20min], shares: [60%, 40%]}}",
    "empirical": "{empirical: [10s, 20s, 45s]}",
    "mixture": "{mixture: {atom: 0s, share: 15%, otherwise: {exponential: {mean: 5min}}}}",
}


def is_law_shaped(value: object) -> bool:
    """Whether a value is written as a law rather than as a mapping by name.

    Parameters
    ----------
    value : object

    Returns
    -------
    bool

    Examples
    --------
    >>> is_law_shaped("5min"), is_law_shaped({"gamma": {}}), is_law_shaped({"phone": "5min"})
    (True, True, False)
    """
    return not isinstance(value, dict) or (len(value) == 1 and next(iter(value)) in LAWS)
